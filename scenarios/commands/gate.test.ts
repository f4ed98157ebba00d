// `npm run gate` as it is typed: what it refuses it leaves alone, and the way from the first baseline to a
// verdict.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseBaseline, writeBaseline } from '#reports/gate/baseline.ts';
import { gateResultSchema } from '#reports/gate/gate-result.ts';
import { baselineOf, setOf } from '#reports/gate/set.test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-gate-'));
const out = join(folder, 'out');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function gate(...args: readonly string[]) {
  const argv = ['scenarios/main.ts', 'gate', '--out', out, ...args];
  return spawnSync(process.execPath, argv, { encoding: 'utf8' });
}

test.each([
  ['one of other scenarios', writeBaseline(baselineOf(setOf())), [], 'is not in it'],
  ['an empty one, even when it is to be replaced', '', ['--accept', 'why'], 'the file is empty'],
])('%s is named and left alone', (_name, text, args, reason) => {
  const path = join(folder, 'wrong.json');
  writeFileSync(path, text);
  const { status, stdout, stderr } = gate('--baseline', path, ...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr.split('\n')).toHaveLength(4);
  expect(stderr).toContain(reason);
  expect(stderr).toContain(path);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test.each([
  { words: ['single-turn'], todo: 'make one: npm run gate -- single-turn' },
  { words: ['--baseline', 'new.json', '--runs', '5'], todo: '-- --baseline new.json --runs 5' },
])('without a baseline, the hint for $words repeats them', ({ words, todo }) => {
  const main = resolve('scenarios/main.ts');
  const argv = [main, 'gate', ...words];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: folder });
  expect(status).toBe(2);
  expect(stderr).toContain('there is no baseline');
  expect(stderr).toContain(`${todo} --accept "reason"`);
});

test('a baseline of other scenarios is not replaced, whatever the reason', () => {
  const path = join(folder, 'other.json');
  const text = writeBaseline(baselineOf(setOf()));
  writeFileSync(path, text);
  const { status, stdout, stderr } = gate('single-turn', '--baseline', path, '--accept', 'why');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('it holds 1 place of multi-turn; what is played are 4 places of single-turn');
  expect(stderr).toContain(`delete ${path} first`);
  expect(stderr).toContain('another --baseline FILE');
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('without a reason nothing is accepted', () => {
  const { status, stderr } = gate('--accept');
  expect(status).toBe(2);
  expect(stderr).toContain("option '--accept <reason>' argument missing");
});

test('from the first baseline to a verdict', { timeout: 180_000 }, () => {
  const path = join(folder, 'gate.json');
  const first = gate('--baseline', path, '--accept', 'the first', '--runs', '5');
  expect([first.status, first.stdout]).toEqual([0, `✓ the baseline is new: ${path} (the first)\n`]);
  const written = parseBaseline(readFileSync(path, 'utf8'));
  if (!written.ok) throw new Error(written.reason);
  expect(written.baseline.history).toMatchObject([{ reason: 'the first', changes: [] }]);

  // As if half of the code had been another and had left the first question of some calls unanswered.
  const cells = written.baseline.cells.map((cell) => ({
    ...cell,
    runs: cell.runs.map((run) => (run.seed < 3 ? { ...run, hash: 'old', turns: run.turns.slice(1) } : run)),
  }));
  writeFileSync(path, writeBaseline({ ...written.baseline, cells }));
  const { status, stdout } = gate('--baseline', path, '--json');
  expect(status).toBe(0);
  const result = gateResultSchema.parse(JSON.parse(stdout));
  expect(result).toMatchObject({ verdict: 'pass', changed: 24, conversations: 60 });
  for (const { turns } of result.cells) expect(turns).toMatchObject({ lost: 0, gained: 2 });
  expect(readdirSync(out).toSorted()).toEqual(['junit.xml', 'result.json', 'summary.md']);
});
