// Which transport to take on each network, weighed in a fixed order: calls that can be held, then the
// conversation itself (questions answered, facts retained), then how soon the agent answers and falls
// silent, then requirements that only one keeps. Where these pull apart both sides are told, and a
// network on which nobody can talk is no draw.
import type { CompareResult } from './compare-result.ts';
import { isHeld } from './hold.ts';
import { hasBoth } from './lookup.ts';
import { type Match, matchOf, type Reason, reasonsOf, type Side } from './reason.ts';

export type Choice = {
  readonly network: string;
  /**
   * `split`: each is better at something. `open`: they differ, and it may be chance. `none`: over neither
   * can calls be held.
   */
  readonly verdict: Side | 'draw' | 'split' | 'open' | 'none';
  /** The weightiest first. */
  readonly reasons: readonly Reason[];
};

/** How it is weighed, in words. */
export const CHOICE_RULE =
  'Weighed in this order: whether calls can be held at all; questions answered and facts retained; ' +
  'how soon the agent answers, against how soon it falls silent; other requirements that only one ' +
  'transport keeps.';

/** A difference that may be chance stops a verdict when it is this share of what speaks for it. */
const DOUBT = 0.5;

/** Every network that both transports played, in the order in which they were given. */
export function choicesOf(result: CompareResult): readonly Choice[] {
  if (!hasBoth(result)) return [];
  return result.networks.flatMap(({ name }) => {
    const match = matchOf(result, name);
    return match === undefined ? [] : [choose(result, match)];
  });
}

function choose(result: CompareResult, match: Match): Choice {
  const { network, webrtc, websocket } = match;
  if (!isHeld(webrtc) && !isHeld(websocket)) return { network, verdict: 'none', reasons: [] };
  const reasons = reasonsOf(result, match);
  return { network, verdict: verdictOf(reasons), reasons };
}

function verdictOf(reasons: readonly Reason[]): Choice['verdict'] {
  const conversation = reasons.filter(({ kind }) => kind === 'held' || kind === 'dialogue');
  const [first] = conversation.filter(({ clear }) => clear);
  // What is said outweighs how soon, but not another part of what is said.
  if (first !== undefined)
    return conversation.every(({ side }) => side === first.side) ? first.side : 'split';
  if (!reasons.some(({ clear }) => clear)) return reasons.length === 0 ? 'draw' : 'open';
  const telling = reasons.filter(({ kind, clear }) => clear || kind !== 'time');
  const [one] = telling;
  if (one === undefined) return 'open';
  if (telling.some(({ side }) => side !== one.side)) return 'split';
  const lead = Math.max(...telling.map((reason) => reason.lead));
  const doubt = reasons.some(({ side, lead: other }) => side !== one.side && other >= DOUBT * lead);
  return doubt ? 'split' : one.side;
}
