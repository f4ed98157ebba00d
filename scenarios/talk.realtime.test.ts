// `npm start` as a newcomer has it: no key, a browser, the talk page. A real Chromium holds the calls, and
// what counts is the sound that arrives in it, not only the words that are shown.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '#reports/html/chromium.ts';
import { singleTurn } from './library/single-turn.ts';
import { readSpeech } from './speech/pack.ts';
import { TAKE_RATE, takeOf } from './talk/take.ts';
import { wavOf } from './talk/wav.ts';

const found = findChromium();
const folder = mkdtempSync(join(tmpdir(), 'parley-talk-'));
let agent: ChildProcess;
let url = '';

beforeAll(async () => {
  if (!found.ok) return;
  // Without a `.env` of the developer's own.
  agent = spawn(process.execPath, [resolve('scenarios/main.ts'), 'start', '--port', '0'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], WS_HOST: '127.0.0.1' },
  });
  agent.stderr?.resume();
  let text = '';
  for await (const piece of agent.stdout ?? []) {
    text += String(piece);
    url = /Talk to it: (http:\S+)\n/.exec(text)?.[1] ?? '';
    if (url !== '') break;
  }
});

afterAll(async () => {
  if (found.ok) {
    // SIGTERM would let the call of a page that is gone drain first.
    agent.kill('SIGINT');
    await once(agent, 'close');
  }
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!found.ok)(`the talk page${found.ok ? '' : ` (skipped: ${found.todo})`}`, () => {
  let browser: Browser | undefined;
  afterEach(async () => {
    await browser?.close();
  });

  test('the recorded caller has a conversation and interrupts it; all of it can be heard', async () => {
    const page = await open();
    const strangers: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) strangers.push(request.url());
    });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.selectOption('#play', 'barge-in');
    await page.click('#play-caller');
    await expectEntry(page, 'Sorry, stop. Which day is it closed?');
    await expectEntry(page, 'It is closed on Mondays.');
    await expect.poll(() => page.innerText('#state'), POLL).toContain('Call ended');
    // The long answer was cut short, at the ear as on the page; the short one was heard whole.
    const heard = await secondsHeard(page);
    expect(heard).toBeGreaterThan(2);
    expect(heard).toBeLessThan(7);
    expect(Number.parseInt(await figure(page, 'Its loudest sample'), 10)).toBeGreaterThan(-20);
    expect(await page.innerText('.unheard')).toContain('library with a view of the harbour');
    const stopped = /Silent (\d+) ms/.exec(await page.innerText('#entries'))?.[1];
    expect(Number(stopped)).toBeLessThan(1_500);
    // Two answers, each with where its time went.
    expect(await page.locator('.waterfall').count()).toBe(2);
    expect(await page.locator('.waterfall').last().innerText()).toMatch(
      /ms[\s\S]*end of turn[\s\S]*model[\s\S]*voice/,
    );
    expect({ strangers, complaints }).toEqual({ strangers: [], complaints: [] });
  });

  test('whoever reads the line into the microphone is answered aloud', async () => {
    const page = await open({ microphone: recorded(2_500) });
    await page.selectOption('#play', 'single-turn');
    await page.click('#connect');
    await expectEntry(page, 'What time do you open tomorrow?');
    await expectEntry(page, 'We open at nine in the morning.');
    await expect.poll(() => secondsHeard(page), POLL).toBeGreaterThan(1);
    // Muted, nothing more is said; hung up, nothing more is heard.
    await page.click('#mute');
    expect(await page.getAttribute('#mute', 'aria-pressed')).toBe('true');
    await page.click('#connect');
    await expect.poll(() => page.innerText('#state'), POLL).toContain('Call ended');
  });

  test('a typed question is answered aloud, without any microphone', async () => {
    const page = await open();
    await page.selectOption('#play', 'single-turn');
    await page.click('#connect');
    await expect.poll(() => page.innerText('#state'), POLL).toContain('Connected');
    await page.fill('#typed', 'What time do you open tomorrow?');
    await page.press('#typed', 'Enter');
    await expectEntry(page, 'We open at nine in the morning.');
    await expect.poll(() => secondsHeard(page), POLL).toBeGreaterThan(1);
  });

  test('a connection that is cut comes back to the same conversation', async () => {
    const proxy = await proxyTo(Number(new URL(url).port));
    const page = await open({ at: `http://127.0.0.1:${proxy.port}` });
    await page.selectOption('#play', 'barge-in');
    await page.locator('.line-say').first().click();
    await expect.poll(() => secondsHeard(page), POLL).toBeGreaterThan(0.8);
    const session = await figure(page, 'Session');
    proxy.cut();
    await expect.poll(() => page.isVisible('#lost'), POLL).toBe(true);
    await expect.poll(() => page.innerText('#state'), POLL).toContain('Connected');
    expect(await page.isVisible('#lost')).toBe(false);
    await expect.poll(() => figure(page, 'Returns after a break'), POLL).toBe('1');
    expect(await figure(page, 'Session')).toBe(session);
    await expectEntry(page, 'Tell me about the museum.');
    // The answer that broke off goes on, aloud.
    const before = await secondsHeard(page);
    await expect.poll(() => secondsHeard(page), POLL).toBeGreaterThan(before + 1.5);
    await proxy.close();
  });

  test('over WebRTC the same is heard', async ({ skip }) => {
    const { transports } = (await (await fetch(`${url}/status`)).json()) as { transports: string[] };
    if (!transports.includes('webrtc')) return skip('this server offers no WebRTC');
    const page = await open();
    await page.selectOption('#transport', 'webrtc');
    await page.selectOption('#play', 'barge-in');
    await page.click('#play-caller');
    await expectEntry(page, 'It is closed on Mondays.');
    await expect.poll(() => page.innerText('#state'), POLL).toContain('Call ended');
    const heard = await secondsHeard(page);
    expect(heard).toBeGreaterThan(2);
    expect(heard).toBeLessThan(8);
    expect(await page.innerText('.unheard')).toContain('harbour');
  });

  test.each(['light', 'dark'] as const)('on a narrow phone nothing is cut off, %s', async (colorScheme) => {
    const page = await open({ width: 360, colorScheme });
    expect(await page.getAttribute('html', 'data-theme')).toBe(colorScheme);
    const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
    expect(widths).toEqual([360, 360]);
    // Everything that can be used is reached with the keyboard and says what it is.
    const nameless = await page.evaluate(
      `[...document.querySelectorAll('button, select, input')]
        .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map((e) => e.id)`,
    );
    expect(nameless).toEqual([]);
  });

  type Opening = {
    readonly at?: string;
    readonly microphone?: string;
    readonly width?: number;
    readonly colorScheme?: 'light' | 'dark';
  };

  async function open({
    at = url,
    microphone,
    width = 1_280,
    colorScheme = 'light',
  }: Opening = {}): Promise<Page> {
    if (!found.ok) throw new Error(found.todo);
    const file = microphone === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphone}%noloop`];
    browser = await chromium.launch({ executablePath: found.path, args: [...ARGUMENTS, ...file] });
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(at);
    await expect.poll(() => page.locator('#lines .line').count(), POLL).toBeGreaterThan(0);
    return page;
  }
});

const ARGUMENTS = [
  '--no-sandbox',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

const POLL = { timeout: 30_000, interval: 50 };

const expectEntry = (page: Page, text: string): Promise<void> =>
  expect.poll(() => page.innerText('#entries'), POLL).toContain(text);

/** A value of "The connection in figures". */
const figure = async (page: Page, name: string): Promise<string> =>
  (await page.textContent(`[data-figure="${name}"]`)) ?? '';

const secondsHeard = async (page: Page): Promise<number> =>
  Number.parseFloat(await figure(page, 'The agent was heard for'));

/** A file of silence, then a recorded question. */
function recorded(silenceMs: number): string {
  const { voice, acts } = singleTurn.caller;
  const take = takeOf(readSpeech(), voice, acts[0]);
  if (take === undefined) throw new Error('the question is recorded');
  const lead = (TAKE_RATE * silenceMs) / 1_000;
  const pcm = new Int16Array(lead + take.pcm.length + 20 * TAKE_RATE);
  pcm.set(take.pcm, lead);
  const path = join(folder, 'microphone.wav');
  writeFileSync(path, wavOf(pcm, TAKE_RATE));
  return path;
}

/** Everything between browser and agent passes here, and can be cut. */
async function proxyTo(target: number): Promise<{ port: number; cut(): void; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
