// What the caller's ear heard of the agent: stretches of sound and words, each given to the reply it
// belongs to. The ear does not know replies; what each said and when it became audible tells them apart.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { attribute } from './attribution.ts';
import { Intervals, lastUpTo } from './interval.ts';
import type { Reply } from './turn.ts';

/** A word counts as heard when at least half of it was: the rule of the agent's own ledger. */
const HEARD_SHARE_MIN = 0.5;
/** The first samples of a word may be too faint to count as sound: it begins before it is audible. */
const RISE_US: Micros = ms(5);

export type Stretch = {
  readonly startUs: Micros;
  /** When the packet with its first audible sample reached the client, where the world can tell. */
  readonly arrivedUs: Micros | undefined;
  /** Last audible sample; undefined when the trace ends first. */
  readonly endUs: Micros | undefined;
};

export type HeardWord = {
  readonly text: string;
  readonly onsetUs: Micros;
  readonly share: number;
};

/** One reply at the ear. Replies that never became audible packets are not heard of. */
export type Hearing = {
  readonly reply: Reply;
  /** Stretches that began with or after it and before the next reply. */
  readonly stretches: readonly Stretch[];
  /** Every word of it of which something was heard. */
  readonly begun: readonly HeardWord[];
  /** Those that count as heard. */
  readonly words: readonly HeardWord[];
};

export function stretchesOf(facts: readonly Fact[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const fact of facts) {
    if (fact.who !== 'caller') continue;
    if (fact.what === 'ear.audible') {
      stretches.push({ startUs: fact.atUs, arrivedUs: fact.arrivedUs, endUs: undefined });
    }
    const last = stretches.at(-1);
    if (fact.what === 'ear.quiet' && last !== undefined) {
      stretches[stretches.length - 1] = { ...last, endUs: fact.atUs };
    }
  }
  return stretches;
}

/** The replies that left the agent, in order, each with what was heard of it. */
export function hearingsOf(
  facts: readonly Fact[],
  replies: readonly Reply[],
  stretches: readonly Stretch[],
): readonly Hearing[] {
  const words = wordsHeard(facts);
  const audible = replies.filter((reply) => reply.audibleUs !== undefined);
  const voiced = audible.map((reply) => ({ text: reply.voiced, leftUs: (reply.audibleUs ?? 0) - RISE_US }));
  const owners = attribute(words, voiced);
  const starts = audible.map((reply, index) => startOf(reply, audible[index + 1], stretches));
  const windows = new Intervals(
    starts.map((fromUs, what) => ({ fromUs, untilUs: starts[what + 1] ?? Number.POSITIVE_INFINITY, what })),
  );
  const begun = audible.map((): HeardWord[] => []);
  for (const [at, word] of words.entries()) {
    const owner = owners[at];
    const own = owner === undefined ? windows.at(word.onsetUs + RISE_US) : [owner];
    for (const index of own) begun[index]?.push(word);
  }
  const sounded = audible.map((): Stretch[] => []);
  for (const stretch of stretches)
    for (const index of windows.at(stretch.startUs)) sounded[index]?.push(stretch);
  return audible.map((reply, index) => {
    const own = begun[index] ?? [];
    const heard = own.filter((word) => word.share >= HEARD_SHARE_MIN);
    return { reply, stretches: sounded[index] ?? [], begun: own, words: heard };
  });
}

/** When the reply began at the ear; the moment it left when it followed another without quiet. */
function startOf(reply: Reply, next: Reply | undefined, stretches: readonly Stretch[]): Micros {
  const leftUs = reply.audibleUs ?? 0;
  const untilUs = next?.audibleUs ?? Number.POSITIVE_INFINITY;
  const stretch = stretches[lastUpTo(stretches, ({ startUs }) => startUs, leftUs - 1) + 1];
  return stretch !== undefined && stretch.startUs < untilUs ? stretch.startUs : leftUs;
}

/** Of a word that broke off and went on, the last statement counts. */
function wordsHeard(facts: readonly Fact[]): readonly HeardWord[] {
  const words = new Map<string, HeardWord>();
  for (const fact of facts) {
    if (fact.who !== 'caller' || fact.what !== 'ear.word') continue;
    const { text, onsetUs, share } = fact;
    words.set(`${onsetUs} ${text}`, { text, onsetUs, share });
  }
  return [...words.values()];
}
