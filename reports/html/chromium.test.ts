// Where a browser is looked for, and what is said when there is none.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findChromium } from './chromium.ts';

const home = mkdtempSync(join(tmpdir(), 'parley-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function program(path: string): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, '#!/bin/sh\n');
  chmodSync(whole, 0o755);
  return whole;
}

test('a given path goes first, and a wrong one is named with what to do', () => {
  const given = program('my/chrome');
  expect(findChromium({ CHROMIUM_PATH: given, PATH: '', HOME: home })).toEqual({ ok: true, path: given });
  const found = findChromium({ CHROMIUM_PATH: '/nowhere/chrome', PATH: '', HOME: home });
  expect(found.ok ? '' : found.todo).toMatch(
    /CHROMIUM_PATH \(\/nowhere\/chrome\) is no program.*apt-get install/,
  );
});

test('the newest of the cache is taken, after what is on the path', () => {
  program('.cache/ms-playwright/chromium-999/chrome-linux/chrome');
  const newest = program('.cache/ms-playwright/chromium-1200/chrome-linux64/chrome');
  expect(findChromium({ PATH: '', HOME: home })).toEqual({ ok: true, path: newest });
  const installed = program('bin/chromium');
  expect(findChromium({ PATH: dirname(installed), HOME: home })).toEqual({ ok: true, path: installed });
});

test.runIf(process.platform === 'linux')('without any, the commands that get one are named', () => {
  const found = findChromium({ PATH: '', HOME: join(home, 'empty') });
  expect(found.ok ? '' : found.todo).toMatch(
    /npx playwright-core install chromium.*apt-get install -y chromium/,
  );
});
