// Spans of one lane in rows: whatever overlaps is put side by side, parts of one request stay together.
// The page stacks the rows; the trace export makes a thread of each.
import type { Span } from './conversation-report.ts';

export type Placed = { readonly span: Span; readonly row: number };

/** In the order of time; as few rows as there are spans at a time. */
export function placeSpans(spans: readonly Span[]): readonly Placed[] {
  const groups = new Map<string, Span[]>();
  for (const [index, span] of spans.entries()) {
    const key = span.group ?? `#${index}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [span]);
    else known.push(span);
  }
  const ordered = [...groups.values()]
    .map((parts) => ({
      parts,
      fromUs: Math.min(...parts.map(({ fromUs }) => fromUs)),
      untilUs: Math.max(...parts.map(({ untilUs }) => untilUs)),
    }))
    .sort((one, other) => one.fromUs - other.fromUs || other.untilUs - one.untilUs);
  const ends: number[] = [];
  return ordered.flatMap(({ parts, fromUs, untilUs }) => {
    const free = ends.findIndex((end) => end <= fromUs);
    const row = free < 0 ? ends.length : free;
    ends[row] = untilUs;
    return parts.map((span) => ({ span, row }));
  });
}

export const rowCount = (placed: readonly Placed[]): number =>
  placed.reduce((most, { row }) => Math.max(most, row + 1), 1);
