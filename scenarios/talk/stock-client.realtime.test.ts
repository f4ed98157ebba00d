// The unmodified stock clients in a real browser: their packages are bundled as an app would bundle them,
// find their way in by `POST /start` of the served agent, and talk to it over either transport. What is
// judged is the sound at the browser's loudspeaker.
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '#agent/io/log.ts';
import type { Pages } from '#agent/io/route.ts';
import { type CallPlan, type Served, serveAgent } from '#agent/serve.ts';
import { readSettings } from '#agent/settings.ts';
import { findChromium } from '#reports/html/chromium.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { type Play, playOf } from './play.ts';
import { Stage } from './stage.ts';

const found = findChromium();
const absent = found.ok ? '' : ` (skipped: ${found.todo})`;

let stage: Stage;
let play: Play;
let served: Served & { readonly ok: true };
let base: string;
let browser: Browser | undefined;
let ended: string[] = [];

beforeAll(async () => {
  if (!found.ok) return;
  const profile = loadProfile('prd');
  const loaded = await loadScenario('multi-turn');
  if (!profile.ok || !loaded.ok) throw new Error('the scenario cannot be loaded');
  play = playOf(loaded.scenario, readSpeech());
  stage = new Stage(profile.profile, play);
  await stage.open();
  const planOf = (session: string): CallPlan => {
    const read = readSettings({ ...stage.envOf(session), WS_PORT: '0' });
    if (!read.ok) throw new Error(read.problems.map(({ expected }) => expected).join('; '));
    const note: CallPlan['note'] = (fact) => {
      if (fact.what === 'session.ended') ended.push(session);
    };
    return { settings: read.settings, tools: [], note };
  };
  const pages = await pagesOf();
  const result = await serveAgent({ ...planOf('none'), log: createLog('silent', []), planOf, pages });
  if (!result.ok) throw new Error(result.problem.what);
  served = result;
  base = `http://127.0.0.1:${served.port}`;
});

afterEach(async () => {
  await browser?.close();
  browser = undefined;
  ended = [];
});

afterAll(async () => {
  await served?.stop();
  await stage?.close();
});

describe.skipIf(!found.ok)(`the stock client in Chromium${absent}`, () => {
  test.each(['websocket', 'webrtc'])(
    'talks over %s, is heard, interrupts, and hangs up',
    async (transport) => {
      const caller = await Caller.call(transport);
      const first = await caller.says(0);
      expect(first.words).toBe(play.lines[0]?.answers[0]);
      expect(first.soundMs).toBeGreaterThan(2_000);
      expect(first.loudest).toBeGreaterThan(0.05);
      expect(await caller.transcript()).toBe(play.lines[0]?.take.text);

      // The rest of the interrupted answer would have lasted some ten seconds.
      const before = await caller.toldSoFar();
      await caller.begins(LONG_ANSWER);
      await caller.told('bot-started', before);
      await sleep(2_000);
      const atMs = await caller.now();
      const second = await caller.says(LONG_ANSWER + 1);
      expect(second.words).toMatch(/The tram ride takes about half an hour\.$/);
      expect(await caller.soundedUntil(atMs)).toBeLessThan(2_500);

      await caller.leaves();
      await expect.poll(() => ended, POLL).toEqual([caller.session]);
      expect(await caller.complaints()).toEqual([]);
      console.info(`${transport}: voice to voice ${Math.round(first.afterMs)} ms at the loudspeaker`);
    },
  );
});

/** A line of the play. */
const LONG_ANSWER = 5;
/** Root mean square from which on something is heard. */
const AUDIBLE = 0.01;
const POLL = { timeout: 20_000, interval: 50 };
const ARGUMENTS = [
  '--no-sandbox',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

type Level = { readonly atMs: number; readonly level: number };

class Caller {
  readonly session: string;
  readonly #page: Page;
  readonly #strangers: string[];

  private constructor(page: Page, session: string, strangers: string[]) {
    this.#page = page;
    this.session = session;
    this.#strangers = strangers;
  }

  /** Ready to talk. */
  static async call(transport: string): Promise<Caller> {
    if (!found.ok) throw new Error(found.todo);
    browser = await chromium.launch({ executablePath: found.path, args: ARGUMENTS });
    const page = await browser.newPage();
    const strangers: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base))
        strangers.push(request.url());
    });
    await page.goto(`${base}/stock`);
    const started = page.waitForResponse((response) => response.url() === `${base}/start`);
    const ready = page.evaluate(`stock.start('${transport}')`);
    const answer = (await (await started).json()) as Readonly<Record<string, string>>;
    const session = answer['sessionId'] ?? new URL(answer['wsUrl'] ?? base).searchParams.get('session') ?? '';
    await ready;
    await sleep(500);
    return new Caller(page, session, strangers);
  }

  /** Begins to say a line of the play; how long that takes, ms. */
  async begins(index: number): Promise<number> {
    stage.cue(this.session, play, index, 'clip');
    const pcm = play.lines[index]?.take.pcm ?? new Int16Array(0);
    const bytes = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    return Number(await this.#page.evaluate(`stock.say('${bytes.toString('base64')}')`));
  }

  /** Says a line of the play; what is answered, until the agent has said it. */
  async says(index: number) {
    const from = await this.toldSoFar();
    const endedMs = (await this.now()) + (await this.begins(index));
    await this.told('bot-stopped', await this.told('bot-started', from));
    await sleep(500);
    const heard = (await this.#levels()).filter(({ atMs, level }) => atMs > endedMs && level > AUDIBLE);
    const texts = (await this.#said('tts-text', from)) as { readonly text: string }[];
    return {
      words: texts.map(({ text }) => text).join(' '),
      soundMs: 20 * heard.length,
      loudest: Math.max(...heard.map(({ level }) => level)),
      afterMs: (heard[0]?.atMs ?? Number.NaN) - endedMs,
    };
  }

  /** Callbacks so far. */
  toldSoFar(): Promise<number> {
    return this.#page.evaluate('stock.told.length');
  }

  /** Waits for a callback behind the `from`th; how many there were up to it. */
  async told(name: string, from = 0): Promise<number> {
    const find = `stock.told.findIndex(([one], at) => at >= ${from} && one === '${name}')`;
    await expect.poll(() => this.#page.evaluate(find), POLL).toBeGreaterThanOrEqual(0);
    return Number(await this.#page.evaluate(find)) + 1;
  }

  /** What the agent understood, final pieces together. */
  async transcript(): Promise<string> {
    const all = (await this.#said('transcript')) as { readonly text: string; readonly final: boolean }[];
    return all.flatMap(({ final, text }) => (final ? [text] : [])).join('');
  }

  now(): Promise<number> {
    return this.#page.evaluate('performance.now()');
  }

  /** How long after `atMs` there was sound without a pause, ms. */
  async soundedUntil(atMs: number): Promise<number> {
    const heard = (await this.#levels()).filter((one) => one.atMs > atMs && one.level > AUDIBLE);
    const last = heard.find((one, index) => (heard[index + 1]?.atMs ?? Infinity) - one.atMs > 700);
    return (last?.atMs ?? atMs) - atMs;
  }

  async leaves(): Promise<void> {
    await this.#page.evaluate('stock.leave()');
    await this.told('disconnected');
    expect(await this.#page.evaluate('stock.state()')).toBe('disconnected');
  }

  /** Errors that the app was told of, and requests to anybody but the agent. */
  async complaints(): Promise<readonly string[]> {
    return [...((await this.#page.evaluate('stock.complaints')) as string[]), ...this.#strangers];
  }

  async #said(name: string, from = 0): Promise<readonly unknown[]> {
    const told = (await this.#page.evaluate('stock.told')) as [string, unknown][];
    return told.slice(from).flatMap(([one, data]) => (one === name ? [data] : []));
  }

  #levels(): Promise<readonly Level[]> {
    return this.#page.evaluate('stock.levels');
  }
}

/** The page at `/stock`, with the packages as they are published. */
async function pagesOf(): Promise<Pages> {
  const { outputFiles } = await build({
    entryPoints: [
      fileURLToPath(new URL('../../agent/web/stock/caller-main.test-support.ts', import.meta.url)),
    ],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'silent',
  });
  const script = outputFiles[0]?.text ?? '';
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/stock': ['text/html', '<!doctype html><meta charset="utf-8"><script src="/stock.js"></script>'],
    '/stock.js': ['text/javascript', script],
  };
  return ({ path }) => {
    const [type, body] = answers[path] ?? [];
    if (type === undefined || body === undefined) return undefined;
    return { status: 200, headers: { 'content-type': type }, body };
  };
}
