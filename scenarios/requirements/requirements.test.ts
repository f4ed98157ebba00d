// Every requirement of the product has evidence that exists, and evidence that fails is not passed over.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { evidenceText } from '#reports/requirement/requirement-result.ts';
import { requirementsMarkdown, requirementsTerminal } from '#reports/requirement/requirement-text.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { run } from '../commands/requirements.ts';
import { targetFault } from '../kpis/registry.ts';
import { scenarioNames } from '../library/index.ts';
import { judge, neededBy, REQUIREMENTS } from './judge.ts';
import { claim, type Evidence, measured, type Requirement, tested, unproved } from './requirement.ts';
import type { TestFound } from './test-report.ts';

const evidence = REQUIREMENTS.flatMap(({ claims }) => claims.flatMap(({ by }) => by));
const measures = evidence.filter((one): one is Evidence & { kind: 'measure' } => one.kind === 'measure');

describe('the map of the requirements', () => {
  test('holds FR-1 to FR-14 and NFR-1 to NFR-15, in order', () => {
    const expected = [
      ...Array.from({ length: 14 }, (_, index) => `FR-${index + 1}`),
      ...Array.from({ length: 15 }, (_, index) => `NFR-${index + 1}`),
    ];
    expect(REQUIREMENTS.map(({ id }) => id)).toEqual(expected);
  });

  test('leaves no claim without evidence or a reason, and no requirement without evidence', () => {
    for (const { id, claims } of REQUIREMENTS) {
      for (const { says, by, open } of claims)
        expect([id, says, by.length > 0 || open !== undefined][2]).toBe(true);
      expect(claims.flatMap(({ by }) => by).length, id).toBeGreaterThan(0);
    }
  });

  test('names scenarios, KPIs with their statistics, and test files that exist', () => {
    const unknown = neededBy(REQUIREMENTS).filter(({ scenario }) => !scenarioNames().includes(scenario));
    expect(unknown).toEqual([]);
    expect(measures.flatMap((one) => targetFault(one) ?? [])).toEqual([]);
    const files = evidence.flatMap((one) => (one.kind === 'test' ? [one.file] : []));
    expect(files.filter((file) => !existsSync(file) || !file.endsWith('.test.ts'))).toEqual([]);
  });
});

describe('a requirement', () => {
  const requirement: Requirement = {
    id: 'FR-0',
    title: 'Words arrive',
    claims: [
      claim('few are wrong', measured('talk', 'wer < 0.1'), tested('a.test.ts')),
      unproved('they are beautiful', 'a matter of taste'),
    ],
  };
  const result = (value: number | null) =>
    ({
      scenario: 'talk',
      transport: 'websocket',
      runs: 2,
      kpis: { wer: { value, unit: 'share', n: 3 } },
    }) as unknown as ScenarioResult;
  const passed = { state: 'passed', passed: 3, failed: 0 } as const;
  const verdictWith = (results: readonly ScenarioResult[], test: TestFound = passed, one = requirement) =>
    judge([one], { origin: 'here', tests: 'just run', results, testOf: () => test });

  test.each([
    ['what was measured holds, and one claim is open', [result(0.05)], passed, 'except'],
    ['a figure misses its bound', [result(0.1)], passed, 'failed'],
    ['a figure is missing', [result(null)], passed, 'failed'],
    ['a scenario was not played', [], passed, 'failed'],
    ['a test file is gone', [result(0.05)], { state: 'missing' }, 'failed'],
    ['there is no test in it', [result(0.05)], { state: 'empty' }, 'failed'],
    ['a test failed', [result(0.05)], { state: 'failed', passed: 2, failed: 1 }, 'failed'],
    ['its tests were not run', [result(0.05)], { state: 'present' }, 'unrun'],
  ] as const)('when %s', (_, results, test, verdict) => {
    expect(verdictWith(results, test).requirements[0]?.verdict).toBe(verdict);
  });

  test('without evidence is unproved, whatever its reasons', () => {
    const bare = { ...requirement, claims: [unproved('they are beautiful', 'a matter of taste')] };
    expect(verdictWith([], passed, bare).requirements[0]?.verdict).toBe('unproved');
    const half = { ...requirement, claims: [...requirement.claims, claim('they are many')] };
    expect(verdictWith([result(0.05)], passed, half).requirements[0]?.verdict).toBe('unproved');
    const whole = { ...requirement, claims: requirement.claims.slice(0, 1) };
    expect(verdictWith([result(0.05)], passed, whole).requirements[0]?.verdict).toBe('proved');
  });

  test('is shown with its figure, on a terminal and in Markdown', () => {
    const judged = verdictWith([result(0.1)]);
    const [found] = judged.requirements[0]?.claims[0]?.by ?? [];
    expect(found && evidenceText(found)).toBe('wer < 0.1 in talk: 0.1 share (n=3 in 2 runs)');
    const text = requirementsTerminal(judged, false);
    expect(text).toContain('✗ FR-0 Words arrive');
    expect(text).toContain('✓ a.test.ts: 3 tests passed');
    expect(text).toContain('– not proved here: a matter of taste');
    expect(text).toContain(
      '0 of 1 requirements proved, 0 proved with open claims, 0 with tests not run here, 1 failed, 0',
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(requirementsMarkdown(judged)).toContain(
      '| ✗ | FR-0 | Words arrive | wer &lt; 0.1 in talk: 0.1 share',
    );
  });

  test('says what it leaves out: open claims, tests nobody ran, percentiles of a few samples', () => {
    const except = requirementsTerminal(verdictWith([result(0.05)]), false);
    expect(except).toContain('✓ FR-0 Words arrive: proved except: they are beautiful');
    expect(except).toContain('0 of 1 requirements proved, 1 proved with open claims');
    const unrun = verdictWith([result(0.05)], { state: 'present' });
    expect(requirementsTerminal(unrun, false)).toContain('– a.test.ts: test present, not run here');
    expect(requirementsMarkdown(unrun)).toContain('| – | FR-0 | Words arrive: nothing fails, and not every');
    const [measure] = unrun.requirements[0]?.claims[0]?.by ?? [];
    if (measure?.kind !== 'measure') throw new Error('it is the first');
    expect(evidenceText({ ...measure, target: 'p95 < 1', n: 19 })).toContain(
      '(n=19 in 2 runs, too few for it',
    );
    expect(evidenceText({ ...measure, target: 'p95 < 1', n: 20 })).toContain('(n=20 in 2 runs)');
  });
});

describe('npm run requirements with results of before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-requirements-'));
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['a folder that is not there', undefined, 'the results cannot be read: ENOENT'],
    ['a folder without results', '', 'there is no result.json in it'],
    ['a file that is none', '{"schema":"else"}', 'this is no result of a scenario: schema'],
  ])('%s is refused in words: 2', async (_, text, words) => {
    const { mkdirSync } = await import('node:fs');
    const results = join(folder, 'results');
    if (text !== undefined) mkdirSync(results, { recursive: true });
    if (text) writeFileSync(join(results, 'result.json'), text);
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const code = await run({ results, runs: 1, seed: 1, out: join(folder, 'out'), json: false });
    expect([code, told.mock.calls.join('')]).toEqual([2, expect.stringContaining(words)]);
  });
});

test('a report of tests that is none is refused in words: 2', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const path = join(mkdtempSync(join(tmpdir(), 'parley-tests-')), 'test.json');
  writeFileSync(path, '{}');
  const code = await run({ tests: path, runs: 1, seed: 1, out: dirname(path), json: false });
  expect([code, told.mock.calls.join('')]).toEqual([
    2,
    expect.stringContaining('no report of vitest: testResults'),
  ]);
  vi.restoreAllMocks();
  rmSync(dirname(path), { recursive: true, force: true });
});
