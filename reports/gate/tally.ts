// Counts that a conversation either has or has not: words misheard, facts forgotten, requests made. Both
// sides played the same conversations, so each count is compared conversation by conversation, and the
// question is how often it became worse and how often better; nothing is assumed of how it is spread.
import { leastTail } from './agreement.ts';
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
  /** Probability of as many in one direction (in either, of `same`), were both equally likely. */
  readonly chance: number;
  /** The least that it could be with so many conversations that differ. */
  readonly least: number;
};

/** `base` and `head`: one number per conversation, in the same order. */
export function tally(base: readonly number[], head: readonly number[], rule: CountRule): Tally {
  const differences = base.map((value, at) => (head[at] ?? 0) - value);
  const grew = differences.filter((difference) => difference > 0).length;
  const shrank = differences.filter((difference) => difference < 0).length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const totals = { base: sum(base), head: sum(head) };
  const directions = rule === 'same' ? 2 : 1;
  const most = totals.head > totals.base ? grew : shrank;
  const chance = Math.min(1, directions * coinTail(most, grew + shrank));
  return { ...totals, grew, shrank, chance, least: Math.min(1, directions * leastTail(grew + shrank)) };
}

/** Totals that differ by less say nothing, however regularly. */
const SHARE_MIN = 0.01;

/** `level`: how improbable an agreement must be. */
export function tallyVerdict(
  { base, head, chance }: Pick<Tally, 'base' | 'head' | 'chance'>,
  rule: CountRule,
  level: number,
): 'worse' | 'better' | 'same' {
  const more = head > base;
  const sure = Math.abs(head - base) > SHARE_MIN * Math.abs(base) && chance <= level;
  const first = rule === 'never' && base === 0 && more;
  if (!sure && !first) return 'same';
  return more || rule === 'same' ? 'worse' : 'better';
}
