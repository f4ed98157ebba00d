// Whether a baseline is one of the conversations that are about to be played: of the same scenarios word by
// word, transports, networks, vendors, policy and seeds. Anything else would compare what cannot be.
import { type Baseline, cellName, type GateCell } from './baseline.ts';

export type Wanted = {
  readonly providers: string;
  readonly policy: string;
  readonly cells: readonly Omit<GateCell, 'runs'>[];
  readonly seeds: { readonly first: number; readonly count: number };
};

/** What does not match, in one sentence; undefined when all does. Fewer seeds than it has are no mismatch. */
export function mismatchOf(baseline: Baseline, wanted: Wanted): string | undefined {
  for (const part of ['providers', 'policy'] as const) {
    if (baseline[part] !== wanted[part]) return `it is of ${part} "${baseline[part]}", not "${wanted[part]}"`;
  }
  const known = new Map(baseline.cells.map((cell) => [cellName(cell), cell]));
  for (const cell of wanted.cells) {
    const name = cellName(cell);
    const own = known.get(name);
    if (own === undefined) return `it is of another set of scenarios: ${name} is not in it`;
    if (own.script !== cell.script) return `it is of another version of the scenario ${cell.scenario}`;
    const seeds = seedFault(own, wanted.seeds);
    if (seeds !== undefined) return `${name}: ${seeds}`;
    known.delete(name);
  }
  const [extra] = known.keys();
  return extra === undefined ? undefined : `it is of another set of scenarios: ${extra} is no longer played`;
}

/** Where the places of a baseline are not those that are played: whose they are, in one sentence. */
export function otherPlaces(baseline: Baseline, wanted: Wanted): string | undefined {
  const names = (cells: Wanted['cells']) => cells.map(cellName).toSorted().join('\n');
  if (names(baseline.cells) === names(wanted.cells)) return undefined;
  const of = (cells: Wanted['cells']) => {
    const scenarios = [...new Set(cells.map(({ scenario }) => scenario))].join(', ');
    return `${cells.length} ${cells.length === 1 ? 'place' : 'places'} of ${scenarios}`;
  };
  return `it holds ${of(baseline.cells)}; what is played are ${of(wanted.cells)}`;
}

/** Of a baseline that matches, the cells in the order in which they are played, and the first seeds. */
export const fitted = (baseline: Baseline, { cells, seeds }: Wanted): Baseline => ({
  ...baseline,
  cells: cells.flatMap((cell) => {
    const own = baseline.cells.find((candidate) => cellName(candidate) === cellName(cell));
    return own === undefined ? [] : [{ ...own, runs: own.runs.slice(0, seeds.count) }];
  }),
});

function seedFault({ runs }: GateCell, { first, count }: Wanted['seeds']): string | undefined {
  if (runs.length < count) return `it has ${runs.length} conversations, and ${count} are asked for`;
  const odd = runs.find(({ seed }, at) => at < count && seed !== first + at);
  return odd === undefined ? undefined : `its seeds are not ${first} to ${first + count - 1}`;
}
