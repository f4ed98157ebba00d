// The conversation page in a real browser: nothing fetched, nothing complained about, lanes drawn, named
// and reachable by keyboard, every figure a way to its turns, in both schemes and on paper.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConversationReport } from '#reports/conversation/conversation-report.ts';
import { perfettoTrace } from '#reports/conversation/perfetto.ts';
import { type Bundle, bundlePage } from '#reports/html/bundle.ts';
import { findChromium } from '#reports/html/chromium.ts';
import { conversationPage } from '#reports/html/conversation-page.ts';
import { conversationReport } from './assemble.ts';
import { materialOf, reportOf } from './played.test-support.ts';

const SIZE_MAX = 3_000_000;

const folder = mkdtempSync(join(tmpdir(), 'parley-conversation-'));
let browser: Browser;
let bundle: Bundle;
let single: ConversationReport;
let many: ConversationReport;
const requests: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  const found = findChromium();
  if (!found.ok) throw new Error(found.todo);
  [browser, bundle, single, many] = await Promise.all([
    chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] }),
    bundlePage('conversation'),
    reportOf({ name: 'multi-turn' }),
    reportOf({ name: 'barge-in', runs: 8 }),
  ]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Options = { readonly scheme?: 'light' | 'dark'; readonly hash?: string };

async function open(
  report: ConversationReport,
  { scheme = 'light', hash = '' }: Options = {},
): Promise<Page> {
  requests.length = complaints.length = 0;
  const path = join(folder, 'report.html');
  writeFileSync(path, conversationPage(report, bundle));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: scheme });
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${pathToFileURL(path).href}${hash}`);
  await page.locator('html[data-ready]').waitFor();
  return page;
}

const picture = (page: Page): Promise<string> =>
  page.evaluate(`document.getElementById('axis').toDataURL()`) as Promise<string>;
/** Colours on the chart. */
const colours = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const canvas = document.getElementById('axis');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) seen.add(data.slice(at, at + 3).join());
    return seen.size;
  })()`) as Promise<number>;

test.each(['light', 'dark'] as const)(
  'everything is drawn in %s colours, and nothing is asked for',
  async (scheme) => {
    const page = await open(single, { scheme });
    expect(await page.locator('html').getAttribute('data-theme')).toBe(scheme);
    expect(await colours(page)).toBeGreaterThan(8);
    expect(await page.locator('table.worst .seg').count()).toBeGreaterThan(60);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1);
    expect(await page.locator('body').innerText()).not.toMatch(/NaN|undefined|null|Infinity/);
    await page.close();
  },
  60_000,
);

test('the verdict is the first thing said, with its numbers', async () => {
  const page = await open(single);
  expect(await page.locator('h1').innerText()).toMatch(/Does multi-turn hold over WebSocket, delay=20ms\?/);
  expect(await page.locator('.answer').innerText()).toMatch(/^(Yes|No): .*\d\sms/);
  expect(await page.locator('.replay code').first().innerText()).toContain('multi-turn --seed 1 --world sim');
  await page.close();
}, 60_000);

test('a figure leads to the turns that made it, and those to their place on the axis', async () => {
  const page = await open(single);
  const evidence = page.locator('[id="e-voice_to_voice_ms"]');
  expect(await evidence.isVisible()).toBe(false);
  await page.locator('button[aria-controls="e-voice_to_voice_ms"]').click();
  expect(await evidence.isVisible()).toBe(true);
  expect(await evidence.locator('li').first().innerText()).toMatch(/^\d+\.\d ms.*p9/);
  await evidence.locator('a').first().click();
  const id = new URL(page.url()).hash.slice(1);
  const turn = page.locator(`[id="${id}"]`);
  await expect.poll(() => turn.getAttribute('open')).toBe('');
  const before = await picture(page);
  await turn.locator('[data-show]').click();
  await expect.poll(() => picture(page)).not.toBe(before);
  await page.close();
}, 60_000);

test('a turn is addressed by the page’s fragment, and lists what the model saw', async () => {
  const page = await open(single, { hash: '#t-1-5' });
  const turn = page.locator('[id="t-1-5"]');
  expect(await turn.getAttribute('open')).toBe('');
  expect(await turn.locator('> summary b').innerText()).toContain('turn 5');
  await turn.locator('details.memory > summary').click();
  const last = turn.locator('ol.messages li').last();
  await expect.poll(() => last.innerText()).toMatch(/^user By the way, which city/);
  expect(await turn.locator('dl.words').innerText()).toContain('word for word as said');
  await page.close();
}, 60_000);

test('an interrupted answer shows what was not heard, in a sign besides the colour', async () => {
  const page = await open(many);
  const cut = page.locator('details.turn', { has: page.locator('.f-interrupted') }).first();
  await cut.locator('> summary').click();
  expect(await cut.locator('dl.words del').count()).toBeGreaterThan(0);
  await page.close();
}, 60_000);

test('the keyboard walks the axis, reads it aloud, zooms and measures', async () => {
  const page = await open(single);
  await page.locator('#axis').focus();
  await page.keyboard.press('Shift+ArrowRight');
  const live = page.locator('#live');
  await expect.poll(() => live.textContent()).toMatch(/^\d+\.\d{4} s/);
  await page.keyboard.press('m');
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.locator('#reading .head').innerText()).toMatch(/ms from the held place/);
  const before = await picture(page);
  await page.keyboard.press('+');
  await expect.poll(() => picture(page)).not.toBe(before);
  await page.keyboard.press('n');
  await expect.poll(() => page.locator('#reading dl').innerText()).toContain('Caller speaks');
  await page.close();
}, 60_000);

test('the mouse reads, moves and zooms, and the wheel alone scrolls the page', async () => {
  const page = await open(single);
  const axis = page.locator('#axis');
  await axis.scrollIntoViewIfNeeded();
  await axis.hover({ position: { x: 400, y: 80 } });
  await expect.poll(() => page.locator('#reading').innerText()).toContain('Caller speaks');
  const picture1 = await picture(page);
  await page.mouse.down();
  await page.mouse.move(300, 400, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => picture(page)).not.toBe(picture1);
  const from = Number(await page.evaluate('scrollY'));
  await page.mouse.wheel(0, 200);
  await expect.poll(() => page.evaluate('scrollY')).not.toBe(from);
  await page.close();
}, 60_000);

test('whatever can be reached has a name, and the axis a table of what it shows', async () => {
  const page = await open(many);
  const nameless = await page.evaluate(`[...document.querySelectorAll(
      'button, select, input, canvas, [role=region], a, summary')]
    .filter((element) => !element.getAttribute('aria-label') && !element.textContent.trim())
    .filter((element) => !element.labels?.[0]?.textContent.trim())
    .map((element) => element.outerHTML.slice(0, 80))`);
  expect(nameless).toEqual([]);
  expect(await page.locator('h1').count()).toBe(1);
  await page.locator('#lanes summary', { hasText: 'Table behind this chart' }).click();
  const rows = page.locator('#axis-table tr');
  await expect.poll(() => rows.count()).toBeGreaterThan(10);
  expect(await page.locator('#axis-table').innerText()).toContain('Caller speaks');
  await page.close();
}, 60_000);

test('of many runs each worst turn has its own replay command, and another call can be chosen', async () => {
  const page = await open(many);
  const [worst] = many.worst;
  expect(await page.locator('table.worst tbody tr').first().innerText()).toContain(`--seed ${worst?.seed} `);
  const before = await picture(page);
  await page.locator('#call').selectOption('1');
  await expect.poll(() => picture(page)).not.toBe(before);
  await page.close();
}, 60_000);

test('paper is light and keeps the answer, without buttons', async () => {
  const page = await open(single, { scheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
  expect(await page.locator('nav').isVisible()).toBe(false);
  expect(await page.locator('#lanes .controls').isVisible()).toBe(false);
  expect(await page.locator('.answer').isVisible()).toBe(true);
  await page.close();
}, 60_000);

test('a call without a trace, and a scenario that fails, are shown all the same', async () => {
  const change = (scenario: Parameters<NonNullable<Parameters<typeof materialOf>[0]['change']>>[0]) => ({
    ...scenario,
    targets: [{ kpi: 'voice_to_voice_ms', statistic: 'p95', comparison: '<', bound: 1 } as const],
  });
  const material = await materialOf({ name: 'single-turn', change });
  const page = await open(conversationReport({ ...material, traces: [] }));
  expect(await page.locator('.answer').innerText()).toMatch(/^No: voice_to_voice_ms p95 is/);
  expect(await page.locator('.failures code').first().innerText()).toContain('npm run scenario');
  expect(await page.locator('#axis').count()).toBe(0);
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);

test('hostile words stay words', async () => {
  const hostile = '</script><img src=x onerror=alert(1)>"&';
  const [call] = single.calls;
  const turns = (call?.turns ?? []).map((turn) => ({
    ...turn,
    said: hostile,
    recognised: hostile,
    heard: hostile,
  }));
  const calls = call === undefined ? [] : [{ ...call, turns }];
  const page = await open({ ...single, calls, result: { ...single.result, scenario: hostile } });
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('details.turn > summary').first().innerText()).toContain('onerror');
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);

test('equal runs give equal bytes, small enough to send', async () => {
  const again = conversationPage(await reportOf({ name: 'multi-turn' }), await bundlePage('conversation'));
  expect(again).toBe(conversationPage(single, bundle));
  expect(again.length).toBeLessThan(500_000);
  expect(conversationPage(many, bundle).length).toBeLessThan(SIZE_MAX);
}, 60_000);

test('calls of hours are cut to what a page can hold, and it says so', async () => {
  const material = await materialOf({ name: 'multi-turn' });
  const [trace] = material.traces;
  const long = Array.from({ length: 24 }, (_, hour) =>
    (trace?.facts ?? []).map((fact) => {
      const shift = hour * 100_000_000;
      const moved = Object.entries(fact).map(([name, value]) =>
        (name === 't' || name.endsWith('Us')) && typeof value === 'number'
          ? [name, value + shift]
          : [name, value],
      );
      return Object.fromEntries(moved) as typeof fact;
    }),
  ).flat();
  const report = conversationReport({ ...material, traces: [{ seed: 1, facts: long }] });
  expect(report.calls[0]?.left).toBeGreaterThan(0);
  const page = conversationPage(report, bundle);
  expect(page.length).toBeLessThan(SIZE_MAX);
  expect(page).toContain('had no room on this page');
}, 60_000);

test('a real call is a trace with all its processes', () => {
  const [call] = single.calls;
  const { traceEvents } = JSON.parse(call === undefined ? '{}' : perfettoTrace('multi-turn', call)) as {
    traceEvents: readonly {
      readonly ph: string;
      readonly pid: number;
      readonly tid: number;
      ts?: number;
      dur?: number;
    }[];
  };
  expect(new Set(traceEvents.filter(({ ph }) => ph === 'X').map(({ pid }) => pid)).size).toBe(6);
  for (const kind of ['M', 'X', 'i', 's', 'f', 'C']) {
    expect(
      traceEvents.some(({ ph }) => ph === kind),
      kind,
    ).toBe(true);
  }
  const threads = Map.groupBy(
    traceEvents.filter(({ ph }) => ph === 'X'),
    ({ tid }) => tid,
  );
  for (const slices of threads.values()) {
    const ordered = [...slices].sort((one, other) => (one.ts ?? 0) - (other.ts ?? 0));
    for (const [index, next] of ordered.slice(1).entries()) {
      const before = ordered[index];
      expect(next.ts ?? 0).toBeGreaterThanOrEqual((before?.ts ?? 0) + (before?.dur ?? 0));
    }
  }
});
