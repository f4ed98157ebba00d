// The line on which a map changes its sign: where both transports are equally good. It runs along the
// edges between cells, never through a value, and says of each piece whether both neighbours are decided;
// a map on which nothing is decided has no line.

/** What a cell says: null where nothing was measured; `sure` where chance does not explain it. */
export type Signed = { readonly value: number; readonly sure: boolean } | null;

/** In units of cells: a whole number is the centre of a column or row, a half an edge between two. */
export type Segment = {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly sure: boolean;
};

/** Between neighbours of `rows[y][x]` of which one is above zero and the other is not. */
export function breakEven(rows: readonly (readonly Signed[])[]): readonly Segment[] {
  if (!rows.flat().some((cell) => cell?.sure === true)) return [];
  return rows.flatMap((row, y) =>
    row.flatMap((cell, x): readonly Segment[] => {
      const [right, above] = [row[x + 1], rows[y + 1]?.[x]];
      return [
        ...edge(cell, right, { x1: x + 0.5, y1: y - 0.5, x2: x + 0.5, y2: y + 0.5 }),
        ...edge(cell, above, { x1: x - 0.5, y1: y + 0.5, x2: x + 0.5, y2: y + 0.5 }),
      ];
    }),
  );
}

function edge(
  one: Signed | undefined,
  other: Signed | undefined,
  line: Omit<Segment, 'sure'>,
): readonly Segment[] {
  if (one == null || other == null || one.value > 0 === other.value > 0) return [];
  return [{ ...line, sure: one.sure && other.sure }];
}
