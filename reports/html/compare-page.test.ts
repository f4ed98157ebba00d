// The page in a real browser: nothing fetched, nothing complained about, everything drawn, named and
// reachable by keyboard, in both colour schemes and on paper; and the same bytes for the same input.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareResult } from '../compare/compare-result.ts';
import { exampleCompare } from '../compare/example.ts';
import { bundlePage } from './bundle.ts';
import { findChromium } from './chromium.ts';
import { comparePage } from './compare-page.ts';

const SIZE_MAX = 2_000_000;

const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
let browser: Browser;
/** What pages asked for and complained about. */
const requests: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  const found = findChromium();
  if (!found.ok) throw new Error(found.todo);
  browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(result: CompareResult, scheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const path = join(folder, 'report.html');
  writeFileSync(path, comparePage(result, await bundlePage()));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: scheme });
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(pathToFileURL(path).href);
  await page.locator('html[data-ready]').waitFor();
  return page;
}

/** Ids of canvases that show one colour only. */
const blanks = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('canvas')].filter((canvas) => {
    const pen = canvas.getContext('2d');
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
    return colours.size < 2;
  }).map((canvas) => canvas.id || canvas.className)`);

test.each(['light', 'dark'] as const)(
  'everything is drawn in %s colours, and nothing is asked for',
  async (scheme) => {
    requests.length = complaints.length = 0;
    const page = await open(exampleCompare(), scheme);
    expect(await page.locator('html').getAttribute('data-theme')).toBe(scheme);
    expect((await blanks(page)).filter((id) => id !== 'swatch')).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1);
    await page.close();
  },
  60_000,
);

test.each([
  [
    'one transport, no grid, no audio',
    exampleCompare({ transports: ['websocket'], grid: false, audio: false }),
  ],
  ['one network', exampleCompare({ networks: 1, grid: false })],
])(
  '%s: less is shown, and nothing breaks',
  async (_name, result) => {
    complaints.length = 0;
    const page = await open(result);
    expect((await blanks(page)).filter((id) => id !== 'swatch')).toEqual([]);
    expect(await page.locator('#loss').count()).toBe(0);
    expect(await page.locator('body').innerText()).not.toMatch(/NaN|undefined|null|Infinity/);
    expect(complaints).toEqual([]);
    await page.close();
  },
  60_000,
);

test('whatever can be reached has a name, and every chart a table behind it', async () => {
  const page = await open(exampleCompare());
  const nameless =
    await page.evaluate(`[...document.querySelectorAll('button, select, input, canvas, [role=region], a')]
    .filter((element) => element.getAttribute('aria-hidden') !== 'true')
    .filter((element) => !element.getAttribute('aria-label') && !element.textContent.trim())
    .filter((element) => !element.labels?.[0]?.textContent.trim())
    .map((element) => element.outerHTML.slice(0, 80))`);
  expect(nameless).toEqual([]);
  const bare = await page.evaluate(`[...document.querySelectorAll('section, header.hero')]
    .filter((part) => part.querySelector('canvas[role=img]') && !part.querySelector('details table, table'))
    .map((part) => part.id)`);
  expect(bare).toEqual([]);
  expect(await page.locator('h1').count()).toBe(1);
  expect(await page.locator('main section h2').count()).toBe(8);
  await page.close();
}, 60_000);

test('the keyboard reaches the switch, the numbers, the maps and the players', async () => {
  const page = await open(exampleCompare());
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.className')).toBe('skip');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  // It names the colours that it leads to.
  expect(await page.locator('#theme').innerText()).toBe('Light');
  await page.keyboard.press('Enter');
  expect(await page.locator('#theme').innerText()).toBe('Dark');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const tip = page.locator('#tip');
  await expect.poll(() => tip.isVisible()).toBe(true);
  expect(await tip.innerText()).toMatch(
    /voice to voice p95: \d+ ms[\s\S]*n = 140 in 20 calls[\s\S]*seeds 1 to 20/,
  );
  await page.keyboard.press('Escape');
  expect(await tip.isVisible()).toBe(false);

  await page.locator('#hero-map').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  expect(await page.locator('#live').textContent()).toMatch(/RTT 100 ms, jitter 0 ms, loss 0.1 %/);

  const table = page.locator('#networks > .table');
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await tip.innerText()).toContain('WebRTC, fibre');

  expect(await page.locator('.switch').innerText()).toBe('Hearing: clean');
  await page.keyboard.press('x');
  expect(await page.locator('.switch').innerText()).toBe('Hearing: as heard');
  await page.locator('.play').focus();
  await page.keyboard.press('Space');
  expect(await page.locator('.play').innerText()).toBe('Pause');
  await page.close();
}, 60_000);

test('another metric and another slice redraw the maps and the table behind them', async () => {
  const page = await open(exampleCompare());
  const picture = () => page.evaluate(`document.getElementById('loss-difference').toDataURL()`);
  const before = await picture();
  await page.locator('#loss-metric').selectOption('mos.down');
  expect(await picture()).not.toBe(before);
  expect(await page.locator('#loss-table caption').textContent()).toBe('MOS down, by RTT, ms and loss, %');
  await page.locator('#stage-network').selectOption('fibre');
  expect((await blanks(page)).filter((id) => id !== 'swatch')).toEqual([]);
  await page.close();
}, 60_000);

test('paper is light, whatever the screen was, and text is readable in both schemes', async () => {
  const page = await open(exampleCompare(), 'dark');
  const contrasts = `(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue('--' + name).trim();
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return ['ink', 'muted', 'link', 'good', 'bad'].flatMap((name) => ['surface', 'raised'].map((ground) => {
      const [one, other] = [light(name), light(ground)].sort();
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }));
  })()`;
  const dark = (await page.evaluate(contrasts)) as number[];
  expect(Math.min(...dark)).toBeGreaterThanOrEqual(4.5);
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('light');
  const light = (await page.evaluate(contrasts)) as number[];
  expect(Math.min(...light)).toBeGreaterThanOrEqual(4.5);
  expect(await page.locator('nav').isVisible()).toBe(false);
  await page.close();
}, 60_000);

test('equal input gives equal bytes, small enough to send', async () => {
  const page = async (result: CompareResult) => comparePage(result, await bundlePage());
  const text = await page(exampleCompare());
  expect(await page(exampleCompare())).toBe(text);
  expect((await page(exampleCompare({ audio: false }))).length).toBeLessThan(SIZE_MAX);
});

test('hostile names stay text', async () => {
  complaints.length = 0;
  const hostile = '</script><img src=x onerror=alert(1)>"&';
  const example = exampleCompare({ networks: 1 });
  const page = await open({
    ...example,
    command: hostile,
    networks: example.networks.map((network) => ({ ...network, name: hostile })),
    cells: example.cells.map((cell) => ({ ...cell, network: hostile })),
    pairs: [],
  });
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('#networks > .table tbody th').first().innerText()).toContain('onerror');
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);
