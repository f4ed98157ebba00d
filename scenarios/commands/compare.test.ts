// `npm run compare` as it is typed: what it says first and how it ends, on networks that carry calls and on
// one that does not.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'parley-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compare(networks: string) {
  const options = ['--networks', networks, '--runs', '1', '--grid', 'off', '--out', folder];
  return spawnSync(process.execPath, ['scenarios/main.ts', 'compare', ...options], { encoding: 'utf8' });
}

test('a network that carries no call is said first, and the exit code tells it', () => {
  const { status, stdout } = compare('loss=100%,delay=20ms');
  expect(status).toBe(1);
  const [question, answer] = stdout.split('\n');
  expect(question).toBe('Which transport for these networks?');
  expect(answer).toMatch(/^No call can be held on loss=100%, with either transport;/);
  const text = stdout.replaceAll(/\s+/g, ' ');
  expect(text).toContain('loss=100%: the only call did not end by itself, 0 answers');
  expect(text).not.toMatch(/simpler on [^.]*loss=100%/);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(page).toContain('no call held');
  expect(page).toContain('nothing was answered');
  expect(page).toContain('2 networks, 1 call each, paired');
}, 60_000);

test('networks that carry calls end well', () => {
  expect(compare('delay=20ms').status).toBe(0);
}, 60_000);
