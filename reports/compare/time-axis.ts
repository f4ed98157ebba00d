// How far the common time axis of the distributions reaches, and what lies beyond it: an axis may end
// before the slowest answer, but never without a word about it.
import type { Cell, CompareResult } from './compare-result.ts';
import { counted, duration, shown, transportName } from './name.ts';

/** The axis ends here: beyond it lie the slowest of the slowest. Up to a hundred answers nothing does. */
const TAIL = 0.99;
const STEP_MS = 200;
/** So little more is shown rather than told. */
const STRETCH = 1.25;

export function axisEnd({ cells }: Pick<CompareResult, 'cells'>): number {
  const tails = cells.map(({ samples }) => samples[Math.ceil(TAIL * samples.length) - 1] ?? 0);
  const slowest = Math.max(...cells.map(({ samples }) => samples.at(-1) ?? 0));
  const tail = Math.max(STEP_MS, ...tails);
  return Math.ceil((slowest <= STRETCH * tail ? Math.max(tail, slowest) : tail) / STEP_MS) * STEP_MS;
}

/** `beyond the axis: WebSocket 4 of 400 answers, the slowest after 4.1 s`; empty where nothing is. */
export function beyondAxis(cells: readonly Cell[], endMs: number): string {
  const parts = cells.flatMap(({ transport, samples }) => {
    const beyond = samples.filter((ms) => ms > endMs).length;
    if (beyond === 0) return [];
    const share = `${shown(beyond, 'ms')} of ${counted(samples.length, 'answer')}`;
    return [`${transportName(transport)} ${share}, the slowest after ${duration(samples.at(-1) ?? 0)}`];
  });
  return parts.length === 0 ? '' : `beyond the axis: ${parts.join('; ')}`;
}
