// The line on which a map changes its sign: where both transports are equally good. Linear between the
// centres of neighbouring cells (marching squares); a square with a missing corner has no line.

/** In units of cells: x 0 is the centre of the first column, y 0 that of the first row. */
export type Segment = {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
};

/** Where `rows[y][x]` crosses zero. */
export function zeroContour(rows: readonly (readonly (number | null)[])[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (let y = 0; y + 1 < rows.length; y += 1) {
    const columns = rows[y]?.length ?? 0;
    for (let x = 0; x + 1 < columns; x += 1) {
      const corners = [rows[y]?.[x], rows[y]?.[x + 1], rows[y + 1]?.[x + 1], rows[y + 1]?.[x]];
      segments.push(...square(x, y, corners));
    }
  }
  return segments;
}

type Point = readonly [number, number];
const CORNERS: readonly Point[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** Crossings on the four edges in turn, joined in pairs; of a saddle, each pair around one corner. */
function square(x: number, y: number, corners: readonly (number | null | undefined)[]): readonly Segment[] {
  const crossings: Point[] = [];
  for (let edge = 0; edge < 4; edge += 1) {
    const from = corners[edge];
    const to = corners[(edge + 1) % 4];
    if (from === null || from === undefined || to === null || to === undefined) return [];
    if (from > 0 === to > 0) continue;
    const share = from / (from - to);
    const [x1, y1] = CORNERS[edge] ?? [0, 0];
    const [x2, y2] = CORNERS[(edge + 1) % 4] ?? [0, 0];
    crossings.push([x + x1 + share * (x2 - x1), y + y1 + share * (y2 - y1)]);
  }
  const segments: Segment[] = [];
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const [one, other] = [crossings[index], crossings[index + 1]];
    if (one !== undefined && other !== undefined) {
      segments.push({ x1: one[0], y1: one[1], x2: other[0], y2: other[1] });
    }
  }
  return segments;
}
