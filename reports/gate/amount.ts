// What a count is worth in words. Money is kept in whole millionths of a dollar, so that sums are exact, and
// told in dollars; everything else is told as it is kept.

/** Of the count or KPI `name`, with at most one decimal: `12`, `736.9`, `$1.0613`. */
export const amountText = (name: string, value: number): string =>
  name.startsWith('cost_') ? `$${(value / 1_000_000).toFixed(4)}` : String(Number(value.toFixed(1)));

/** A conversation or turn of a failure: `seed 5 act 1 736.9 → 746.9`. Acts count from 1, as in the report. */
export function evidenceText(figure: string, { seed, act, base, head }: Evidence, between = ' '): string {
  const place = `seed ${seed}${act === null ? '' : ` act ${act + 1}`}`;
  return `${place}${between}${amountText(figure, base)} → ${amountText(figure, head)}`;
}

type Evidence = {
  readonly seed: number;
  readonly act: number | null;
  readonly base: number;
  readonly head: number;
};
