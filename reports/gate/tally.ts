// Counts that a conversation either has or has not: words misheard, facts forgotten, requests made. Both
// sides played the same conversations, so each count is compared conversation by conversation, and the
// question is how often it became worse and how often better; nothing is assumed of how it is spread.
import { coinTail } from './student.ts';

/**
 * How a count is judged. `fewer`: more is worse. `same`: any change is a loss, more or less (what the model
 * is given, what the caller hears). `never`: one where there was none is enough.
 */
export type CountRule = 'fewer' | 'same' | 'never';

export type Tally = {
  readonly base: number;
  readonly head: number;
  /** Conversations (or groups of them) in which it grew and in which it shrank. */
  readonly grew: number;
  readonly shrank: number;
  /** Probability of as many in one direction, were both equally likely. */
  readonly chance: number;
  readonly verdict: 'worse' | 'better' | 'same';
};

/** Totals that differ by less say nothing, however regularly. */
const SHARE_MIN = 0.01;

/** `base` and `head`: one number per conversation, in the same order. */
export function tally(
  base: readonly number[],
  head: readonly number[],
  rule: CountRule,
  tail: number,
): Tally {
  const differences = base.map((value, at) => (head[at] ?? 0) - value);
  const grew = differences.filter((difference) => difference > 0).length;
  const shrank = differences.filter((difference) => difference < 0).length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const totals = { base: sum(base), head: sum(head) };
  const more = totals.head > totals.base;
  const chance = coinTail(more ? grew : shrank, grew + shrank);
  const large = Math.abs(totals.head - totals.base) > SHARE_MIN * Math.abs(totals.base);
  const sure = large && chance <= tail;
  const first = rule === 'never' && totals.base === 0 && totals.head > 0;
  const verdict = !sure && !first ? 'same' : more || rule === 'same' ? 'worse' : 'better';
  return { ...totals, grew, shrank, chance, verdict };
}
