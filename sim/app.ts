// What the app around the agent does during a call, as data: a new system prompt, a fact to keep. Each at
// the moment at which the caller begins an act, so that the reply to it is the first one it can change.
import type { SessionInput } from '#agent/core/session.ts';
import type { Clock } from './kernel/clock.ts';
import type { Fact } from './kernel/fact.ts';

export type AppAct = {
  /** Index of the caller's act. */
  readonly act: number;
  readonly kind: 'prompt' | 'pin';
  readonly text: string;
};

/** Follows the call by its facts and does what is due. */
export function appOf(
  acts: readonly AppAct[],
  clock: Clock,
  input: (event: SessionInput) => void,
): (fact: Fact) => void {
  let left = acts;
  return (fact) => {
    if (fact.who !== 'caller' || fact.what !== 'speaking') return;
    const due = left.filter(({ act }) => act <= fact.act);
    left = left.filter(({ act }) => act > fact.act);
    // Not within the breath of the fact itself, which may be anybody's.
    for (const { kind, text } of due) clock.after(0, () => input({ kind, text }), undefined);
  };
}
