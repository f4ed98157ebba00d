// Every requirement of the product has evidence that exists, and evidence that fails is not passed over.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { evidenceText } from '#reports/requirement/requirement-result.ts';
import { requirementsMarkdown, requirementsTerminal } from '#reports/requirement/requirement-text.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { run } from '../commands/requirements.ts';
import { targetFault } from '../kpis/registry.ts';
import { scenarioNames } from '../library/index.ts';
import { judge, neededBy, REQUIREMENTS } from './judge.ts';
import { claim, type Evidence, measured, type Requirement, tested, unproved } from './requirement.ts';

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
      kpis: { wer: { value, unit: 'share', n: 3 } },
    }) as unknown as ScenarioResult;
  const verdictWith = (results: readonly ScenarioResult[], has = true, one = requirement) =>
    judge([one], { origin: 'here', results, hasFile: () => has });

  test.each([
    ['what was measured holds', [result(0.05)], true, 'proved'],
    ['a figure misses its bound', [result(0.1)], true, 'failed'],
    ['a figure is missing', [result(null)], true, 'failed'],
    ['a scenario was not played', [], true, 'failed'],
    ['a test file is gone', [result(0.05)], false, 'failed'],
  ] as const)('when %s', (_, results, has, verdict) => {
    expect(verdictWith(results, has).requirements[0]?.verdict).toBe(verdict);
  });

  test('without evidence is unproved, whatever its reasons', () => {
    const bare = { ...requirement, claims: [unproved('they are beautiful', 'a matter of taste')] };
    expect(verdictWith([], true, bare).requirements[0]?.verdict).toBe('unproved');
    const half = { ...requirement, claims: [...requirement.claims, claim('they are many')] };
    expect(verdictWith([result(0.05)], true, half).requirements[0]?.verdict).toBe('unproved');
  });

  test('is shown with its figure, on a terminal and in Markdown', () => {
    const judged = verdictWith([result(0.1)]);
    const [found] = judged.requirements[0]?.claims[0]?.by ?? [];
    expect(found && evidenceText(found)).toBe('wer < 0.1 in talk: 0.1 share (n=3)');
    const text = requirementsTerminal(judged, false);
    expect(text).toContain('✗ FR-0 Words arrive');
    expect(text).toContain('– not proved here: a matter of taste');
    expect(text).toContain('0 of 1 requirements proved, 1 failed, 0 without evidence; 1 claims open');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(requirementsMarkdown(judged)).toContain(
      '| ✗ | FR-0 | Words arrive | wer &lt; 0.1 in talk: 0.1 share',
    );
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
