// The baseline as a file: read whole or refused with the field, and the same after writing and reading.
import { expect, test } from 'vitest';
import { parseBaseline, writeBaseline } from './baseline.ts';
import { fitted, mismatchOf, type Wanted } from './match.ts';
import { baselineOf, CALLS, setOf } from './set.test-support.ts';

const baseline = baselineOf(setOf());
const text = writeBaseline(baseline);
const withCell = (change: object) =>
  JSON.stringify({ ...baseline, cells: [{ ...baseline.cells[0], ...change }] });
const firstRun = baseline.cells[0]?.runs[0];

test('what was written is read again, one conversation per line', () => {
  expect(parseBaseline(text)).toEqual({ ok: true, baseline });
  expect(text.split('\n').filter((line) => line.startsWith('{"seed"'))).toHaveLength(CALLS);
});

test.each([
  ['', 'the file is empty'],
  ['  \n', 'the file is empty'],
  ['{"schema":', 'not JSON'],
  ['[]', 'schema: none is given'],
  ['{"schema":"parley-hashes/2"}', 'schema: parley-hashes/2; expected parley-gate/1'],
  ['{"schema":"parley-gate/1"}', 'providers'],
  [JSON.stringify({ ...baseline, cells: [] }), 'cells'],
  [withCell({ runs: [] }), 'cells.0.runs'],
  [withCell({ runs: [{ ...firstRun, turns: [[0, 5, 1, 1, 1, 1, 1, 1, 1, 1]] }] }), 'do not add up'],
  [withCell({ runs: [{ ...firstRun, turns: [[0, 5, 1]] }] }), 'cells.0.runs.0.turns.0'],
  [withCell({ runs: [{ ...firstRun, counts: [1] }] }), 'cells.0.runs.0: lacks spans or counts'],
])('%.40s is no baseline, and the reason names the place', (wrong, reason) => {
  const parsed = parseBaseline(wrong);
  expect(parsed.ok ? 'read' : parsed.reason).toContain(reason);
});

const [{ runs: _, ...cell } = { runs: [] }] = baseline.cells as [(typeof baseline.cells)[number]];
const wanted: Wanted = {
  providers: 'prd',
  policy: 'parley',
  cells: [cell as Wanted['cells'][number]],
  seeds: { first: 1, count: CALLS },
};
const [place] = wanted.cells;
if (place === undefined) throw new Error('there is one');

test.each<[string, Partial<Wanted>, string | undefined]>([
  ['the same set', {}, undefined],
  ['fewer seeds', { seeds: { first: 1, count: 5 } }, undefined],
  ['more seeds', { seeds: { first: 1, count: 99 } }, 'has 24 conversations, and 99 are asked for'],
  ['other seeds', { seeds: { first: 7, count: 5 } }, 'its seeds are not 7 to 11'],
  ['other vendors', { providers: 'published' }, 'of providers "prd", not "published"'],
  ['another policy', { policy: 'pipecat-default' }, 'of policy "parley"'],
  [
    'a scenario that was rewritten',
    { cells: [{ ...place, script: 'cd' }] },
    'another version of the scenario',
  ],
  ['another network', { cells: [{ ...place, network: 'lte' }] }, 'multi-turn · webrtc · lte is not in it'],
  ['fewer scenarios', { cells: [] }, 'multi-turn · webrtc · good-wifi is no longer played'],
])('%s: a baseline fits or says why not', (_name, change, reason) => {
  const found = mismatchOf(baseline, { ...wanted, ...change });
  if (reason === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(reason);
});

test('of a baseline with many seeds and another order, the first few can be used in ours', () => {
  const other = { ...place, network: 'lte' };
  const both = { ...baseline, cells: baseline.cells.flatMap((own) => [{ ...own, ...other }, own]) };
  const found = fitted(both, { ...wanted, cells: [place, other], seeds: { first: 1, count: 3 } }).cells;
  expect(found.map(({ network, runs }) => [network, runs.map(({ seed }) => seed)])).toEqual([
    ['good-wifi', [1, 2, 3]],
    ['lte', [1, 2, 3]],
  ]);
});
