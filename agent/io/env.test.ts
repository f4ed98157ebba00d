// A .env file fills in what the process was not told, and nothing else.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { monotonicUs } from './clock.ts';
import { readEnv } from './env.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-env-'));

describe('the environment', () => {
  test('takes from the file what the process does not say', () => {
    const path = join(folder, '.env');
    writeFileSync(path, '# keys\nVOICE="warm and low"\nPORT=1\nEMPTY=\n');
    expect(readEnv(path, { PORT: '8765' })).toEqual({
      ok: true,
      env: { VOICE: 'warm and low', PORT: '8765', EMPTY: '' },
    });
  });

  test('is the process alone where there is no file', () => {
    expect(readEnv(join(folder, 'none'), { PORT: '1' })).toEqual({ ok: true, env: { PORT: '1' } });
  });

  test('names the file that cannot be read', () => {
    const path = join(folder, 'folder');
    mkdirSync(path);
    expect(readEnv(path, {})).toEqual({
      ok: false,
      problem: {
        what: `${path} cannot be read (EISDIR)`,
        where: path,
        todo: `make ${path} readable or remove it`,
      },
    });
  });
});

test('the clock counts whole microseconds forwards', () => {
  const first = monotonicUs();
  const second = monotonicUs();
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(second).toBeGreaterThanOrEqual(first);
});
