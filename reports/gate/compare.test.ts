// Base against head: what is worse is found with its stage, what is not is let pass, and where nothing is
// wrong there is no alarm.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from './attribution.ts';
import { GATE_STAGES, type GateRun, type GateSet } from './baseline.ts';
import { compareSets } from './compare.ts';
import { counted, quietRun, SPAN, setOf, slower } from './set.test-support.ts';

const base = setOf();
const against = (change: Parameters<typeof setOf>[0]) => compareSets(base, setOf(change));
const figuresOf = (failures: ReturnType<typeof against>['failures']) => failures.map(({ figure }) => figure);

test('the same code has nothing to explain', () => {
  const { failures, cells, counts } = compareSets(base, setOf());
  expect(failures).toEqual([]);
  expect(cells[0]?.changed).toBe(0);
  expect(cells[0]?.figures.every(({ delta }) => delta === 0)).toBe(true);
  expect(counts.every(({ grew, shrank }) => grew + shrank === 0)).toBe(true);
});

test('another trace with the same figures is a changed behaviour and no failure', () => {
  const { failures, cells } = against((run) => ({ ...run, hash: 'other' }));
  expect(failures).toEqual([]);
  expect(cells[0]?.changed).toBe(24);
});

test.each(GATE_STAGES.map((name, at) => [name, at] as const))(
  '5 ms in %s are found, and blamed on it',
  (name, at) => {
    const { failures, cells } = against(slower(at, 5_000));
    expect(figuresOf(failures)).toContain(`stage.${name}_ms p50`);
    const answer = cells[0]?.figures.find(
      ({ kpi, statistic }) => kpi === 'voice_to_voice_ms' && statistic === 'p95',
    );
    expect(answer?.delta).toBe(5);
    expect(answer?.stages).toMatchObject({ [name]: 5, unpaired: 0 });
  },
);

test('2 ms in a stage are within the tolerance', () => {
  expect(against(slower(3, 2_000)).failures).toEqual([]);
});

test('a stage that took over what another did is excused while the answer is no slower', () => {
  const { failures, cells } = against((run) => slower(1, -20_000)(slower(2, 20_000)(run)));
  expect(failures).toEqual([]);
  expect(cells[0]?.figures.filter(({ verdict }) => verdict === 'excused').map(({ kpi }) => kpi)).toContain(
    'stage.stt_ms',
  );
});

test('a faster answer is reported as better', () => {
  const { failures, cells } = against(slower(2, -30_000));
  expect(failures).toEqual([]);
  const better = cells[0]?.figures.filter(({ verdict }) => verdict === 'better').map(({ kpi }) => kpi);
  expect(better).toContain('voice_to_voice_ms');
});

test('one slow conversation of 24 does not close the gate', () => {
  const { failures } = against((run) => (run.seed === 7 ? slower(3, 400_000)(run) : run));
  expect(failures).toEqual([]);
});

test('a retry where there never was one closes it, with the conversation', () => {
  const { failures } = against(counted(0, (value, seed) => (seed === 5 ? 1 : value)));
  expect(failures).toMatchObject([
    { cell: 'multi-turn · webrtc · good-wifi', figure: 'retries', evidence: [{ seed: 5, base: 0, head: 1 }] },
  ]);
  expect(failures[0]?.replay).toContain('--seed 5');
});

test.each([
  ['words misheard in every conversation', counted(1, (value) => value + 1), ['wer']],
  ['fewer words misheard', counted(1, () => 0), []],
  ['a prompt that lost a tenth', counted(2, (value) => value * 0.9), ['llm_prompt_tokens']],
  ['a prompt that lost a thousandth', counted(2, (value) => value * 0.999), []],
  [
    'words misheard in half, understood in half',
    counted(1, (value, seed) => value + (seed % 2 === 0 ? 1 : -1)),
    [],
  ],
])('%s', (_name, change, expected) => {
  expect(figuresOf(against(change).failures)).toEqual(expected);
});

test('an answer that was lost, and one that is new, are told and break nothing', () => {
  const { cells } = against((run) => (run.seed === 3 ? { ...run, turns: run.turns.slice(1) } : run));
  expect(cells[0]?.turns).toEqual({ base: 192, head: 191, lost: 1, gained: 0 });
});

test('what only one side knows is named and not judged', () => {
  const other = { ...base, counts: ['retries', 'wer', 'new_count'] };
  const { unjudged, failures } = compareSets(base, other);
  expect(unjudged).toEqual(['llm_prompt_tokens', 'new_count']);
  expect(failures).toEqual([]);
});

/** As over a WebSocket: one act of each call waits for a frame more, and most waits are a full window. */
function lumpy(run: GateRun): GateRun {
  const turns = run.turns.slice(0, 2).map(([act = 0, total = 0, uplink = 0, ...stages]) => {
    const late = uplink % 11 === 0 ? 7_000 : 0;
    const now = (act === 0 ? 38_000 : 83_000) + (uplink % 4_000) + late;
    return [act, total - uplink + now, now, ...stages];
  });
  return { ...run, turns, spans: [[116_000 + (run.spans[0]?.[0] ?? 0) * (run.seed % 3 === 0 ? 1 : 0)]] };
}

test.each([
  ['smooth', quietRun],
  ['lumpy', (seed: number, key: string) => lumpy(quietRun(seed, key))],
])('200 comparisons of equals on other seeds, %s, raise no alarm', (_name, make) => {
  const alarms = Array.from({ length: 200 }, (_, at) => {
    const [one, other] = ['one', 'other'].map((key) => setOf(({ seed }) => make(seed, `${key} ${at}`)));
    return one === undefined || other === undefined ? [] : figuresOf(compareSets(one, other).failures);
  });
  expect(alarms.flat()).toEqual([]);
});

test('a median between two heaps of turns jumps without a doubt of the bootstrap, and is no alarm', () => {
  // Every call has one short wait and one long: the median is the longest of the short ones.
  const heaps = (late: number) => (run: GateRun) =>
    slower(0, (act) => (act === 0 ? (run.seed <= late ? 5_000 : 0) : 45_000))({
      ...run,
      turns: run.turns.slice(0, 2).map(([act = 0, total = 0, uplink = 0, ...stages]) => {
        const now = 40_000 + run.seed * 10;
        return [act, total - uplink + now, now, ...stages];
      }),
    });
  const { cells, failures, level } = compareSets(setOf(heaps(0)), setOf(heaps(8)));
  const median = cells[0]?.figures.find(
    ({ kpi, statistic }) => kpi === 'stage.uplink_ms' && statistic === 'p50',
  );
  expect(median?.delta).toBeGreaterThan(4);
  expect(median?.lower).toBeGreaterThan(0);
  expect(median?.chance).toBe(2 ** -8);
  expect(median?.chance).toBeGreaterThan(level);
  expect(median?.verdict).toBe('same');
  expect(failures).toEqual([]);
});

test('the p95 and p99 of 24 single samples are too few to judge, and the median is not', () => {
  const { cells, few } = against((run) => ({ ...run, spans: [[(run.spans[0]?.[0] ?? 0) + 50_000]] }));
  const verdicts = cells[0]?.figures.filter(({ kpi }) => kpi === SPAN).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['worse', 'few', 'few']);
  // Of the 192 turns, the p99 of the answer and of its eight stages.
  expect(few).toBe(2 + 9);
});

test('of five conversations nothing is judged but what never was, and the result says so', () => {
  const five = (set: GateSet) => ({
    ...set,
    cells: set.cells.map((cell) => ({ ...cell, runs: cell.runs.slice(0, 5) })),
  });
  const { cells, few, failures } = compareSets(five(base), five(setOf(slower(3, 50_000))));
  expect(failures).toEqual([]);
  expect(few).toBe(cells[0]?.figures.length);
});

test('cells of one seed count as one conversation, whatever is said in them', () => {
  const [cell] = base.cells;
  if (cell === undefined) throw new Error('there is one');
  const scenarios = ['multi-turn', 'short-call', 'barge-in'];
  const wide = (set: GateSet): GateSet => ({
    ...set,
    cells: scenarios.flatMap((scenario) => set.cells.map((own) => ({ ...own, scenario }))),
  });
  const { counts } = compareSets(wide(base), wide(setOf(counted(1, (value) => value + 1))));
  expect(counts.find(({ count }) => count === 'wer')).toMatchObject({ grew: 24, shrank: 0 });
});

test('whatever changes, the stages and what is unpaired add up to the delta exactly', () => {
  const change = fc.tuple(fc.nat(7), fc.integer({ min: -50_000, max: 200_000 }), fc.nat(7), fc.boolean());
  const run = fc.array(change, { minLength: 3, maxLength: 8 });
  fc.assert(
    fc.property(run, fc.constantFrom(0.5, 0.95, 0.99), (changes, share) => {
      const before = changes.map((_, at) => quietRun(at + 1));
      const after = changes.map(([stage, us, act, whole], at) => {
        const changed = slower(stage, (own) => (own >= act ? us : 0))(quietRun(at + 1));
        return whole
          ? changed
          : { ...changed, turns: changed.turns.map((row) => (row[0] === act ? row.slice(0, 2) : row)) };
      });
      const found = attribute(before, after, share);
      const quantile = (runs: typeof before) => {
        const all = runs
          .flatMap(({ turns }) => turns.map((row) => row[1] ?? 0))
          .toSorted((one, two) => one - two);
        return all[Math.max(1, Math.ceil(share * all.length - 1e-9)) - 1] ?? 0;
      };
      const sum = Object.values(found ?? {}).reduce((total, part) => total + part, 0);
      expect(sum).toBe(quantile(after) - quantile(before));
    }),
    { numRuns: 100 },
  );
});
