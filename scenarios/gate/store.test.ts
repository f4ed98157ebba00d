// The baseline on disk: what is none is named and left alone, and a new one takes the place of the old in
// one step, with its reason behind those before it.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareSets } from '#reports/gate/compare.ts';
import { baselineOf, setOf, slower } from '#reports/gate/set.test-support.ts';
import { gateResult } from '#reports/gate/verdict.ts';
import { accepted, unfinished } from './accept.ts';
import { readBaseline, replaceBaseline } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['empty.json', '', 'the file is empty'],
  ['old.json', '{"schema":"parley-gate/0"}', 'schema: parley-gate/0; expected parley-gate/1'],
  ['torn.json', '{"schema":"parley-gate/1",', 'not JSON'],
  ['bad.json', '{"schema":"parley-gate/1","providers":7}', 'providers'],
])('%s is no baseline', (name, text, reason) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  const read = readBaseline(path, 'renew it');
  expect(read.ok ? 'read' : read.error.what).toContain(reason);
  expect(read.ok ? undefined : read.error).toMatchObject({
    where: path,
    todo: expect.stringMatching(/renew it$/),
  });
});

test('where there is no file there is no baseline, and a folder is none', () => {
  expect(readBaseline(join(folder, 'nowhere.json'), '')).toEqual({ ok: true, baseline: undefined });
  expect(readBaseline(folder, '').ok).toBe(false);
});

test('a new baseline keeps the history of the old and says what it changes', () => {
  const path = join(folder, 'gate.json');
  const known = baselineOf(setOf());
  expect(replaceBaseline(path, known)).toBeUndefined();
  const head = setOf(slower(5, 5_000));
  const result = gateResult(compareSets(known, head), { base: known, head, file: path, wallSeconds: 1 });
  const next = accepted({ known, head, result, reason: 'a better voice', date: '2026-11-23' });
  expect(replaceBaseline(path, next)).toBeUndefined();
  const read = readBaseline(path, 'renew it');
  expect(read).toEqual({ ok: true, baseline: next });
  expect(next.history.map(({ reason }) => reason)).toEqual(['first', 'a better voice']);
  expect(next.history[1]?.changes[0]).toMatch(
    /^multi-turn · webrtc · good-wifi: voice_to_voice_ms p50 [\d.]+ → /,
  );
  expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('what cannot be written leaves the old one as it was', () => {
  const path = join(folder, 'kept.json');
  writeFileSync(path, 'as it was');
  mkdirSync(`${path}.new`);
  writeFileSync(join(`${path}.new`, 'in the way'), '');
  const error = replaceBaseline(path, baselineOf(setOf()));
  expect(error?.what).toContain('cannot be written');
  expect(readFileSync(path, 'utf8')).toBe('as it was');
  expect(existsSync(`${path}.new`)).toBe(true);
});

test('conversations that crashed are no baseline', () => {
  expect(unfinished(setOf())).toBeUndefined();
  const error = unfinished(setOf((run) => (run.seed === 9 ? { ...run, end: 'crashed' } : run)));
  expect(error?.where).toBe('multi-turn · webrtc · good-wifi, seed 9');
  expect(error?.todo).toContain('npm run scenario -- multi-turn');
});
