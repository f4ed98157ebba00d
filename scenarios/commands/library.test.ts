// The gate as a call: what the command line would refuse is said in the same words, and nothing is written.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { GATE_SCHEMA, writeBaseline } from '#reports/gate/baseline.ts';
import { Crew } from '../gate/crew.ts';
import { defaultPlan } from '../gate/plan.ts';
import { runGate } from './library.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('without a baseline it rejects with the command that makes one', async () => {
  const baseline = join(folder, 'none.json');
  const promise = runGate(['single-turn'], { baseline, runs: 5 });
  await expect(promise).rejects.toThrow(
    `gate -- single-turn --baseline ${baseline} --runs 5 --accept "reason"`,
  );
  expect(existsSync(baseline)).toBe(false);
  await expect(runGate(['single-turn'], { baseline, runs: 1 })).rejects.toThrow('--runs 1');
});

test('against a baseline it returns what the command line would write', { timeout: 120_000 }, async () => {
  const crew = new Crew(2);
  const head = await crew.play(defaultPlan(5, ['single-turn']));
  await crew.close();
  const baseline = join(folder, 'own.json');
  const history = [{ date: '2026-11-23', reason: 'first', changes: [] }];
  const text = writeBaseline({ schema: GATE_SCHEMA, ...head, history });
  writeFileSync(baseline, text);
  const result = await runGate(['single-turn'], { baseline });
  expect(result).toMatchObject({ verdict: 'pass', changed: 0, conversations: 20 });
  expect(readFileSync(baseline, 'utf8')).toBe(text);
});
