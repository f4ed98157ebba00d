// A call in a room of Daily, with everything real but Daily: the served agent, its bridge in a headless
// Chromium, the REST API emulated, and in place of the room a stand-in that carries sound over real peer
// connections. The caller is a page that plays a recorded voice; what is judged is the sound that arrives
// there.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BridgeHouse } from '#agent/io/daily/bridge-house.ts';
import { CallerPage, foundChromium, standInHouse } from '#agent/io/daily/caller.test-support.ts';
import { openDaily } from '#agent/io/daily/open.ts';
import { createLog } from '#agent/io/log.ts';
import { type CallPlan, type Served, type ServeOptions, serveAgent } from '#agent/serve.ts';
import { readSettings } from '#agent/settings.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { DailyEmulator, type DailyFault, readDailyToken } from '#sim/providers/daily/emulator.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { type Play, playOf } from './play.ts';
import { Stage } from './stage.ts';

const found = foundChromium;
const POLL = { timeout: 20_000, interval: 20 };

let stage: Stage;
let play: Play;
let plan: CallPlan;
let house: BridgeHouse;
let api: HostedVendor;
let daily: DailyEmulator;
let served: (Served & { readonly ok: true }) | undefined;

beforeAll(async () => {
  const profile = loadProfile('prd');
  const loaded = await loadScenario('multi-turn');
  if (!profile.ok || !loaded.ok) throw new Error('the scenario cannot be loaded');
  play = playOf(loaded.scenario, readSpeech());
  stage = new Stage(profile.profile, play);
  await stage.open();
});

afterEach(async () => {
  await served?.stop();
  served = undefined;
  await api?.close();
});

afterAll(() => stage?.close());

const absent = found.ok ? '' : ` (skipped: ${found.reason}; ${found.todo})`;

describe.skipIf(!found.ok)(`a call over Daily${absent}`, () => {
  test('is heard both ways, can be interrupted, and leaves no room behind', async () => {
    const base = await serve();
    expect(await (await fetch(`${base}/status`)).json()).toMatchObject({
      transports: expect.arrayContaining(['daily']),
    });
    const begun = performance.now();
    const { status, answer } = await start(base, { createDailyRoom: true });
    const startMs = performance.now() - begun;
    expect([status, Object.keys(answer).sort()]).toEqual([200, ['dailyRoom', 'dailyToken', 'sessionId']]);
    const { dailyRoom: room = '', dailyToken: token = '', sessionId: session = '' } = answer;
    expect(readDailyToken(token)).toMatchObject({ is_owner: false, user_name: 'caller' });
    expect(daily.rooms).toEqual([new URL(room).pathname.slice(1)]);

    const caller = await CallerPage.open(house, room, token);
    await expect.poll(() => caller.words, POLL).toContainEqual({ track: true });
    caller.tell({ label: 'rtvi-ai', id: 'r', type: 'client-ready', data: { version: '2.1.0' } });
    await expect.poll(() => caller.messages('bot-ready'), POLL).toHaveLength(1);

    const first = await says(caller, session, 0);
    expect(first.words).toBe(play.lines[0]?.answers[0]);
    expect(first.soundMs).toBeGreaterThan(2_000);

    // The rest of the interrupted answer would have lasted some ten seconds.
    begins(caller, session, LONG_ANSWER);
    await expect.poll(() => caller.messages('bot-started-speaking'), POLL).toHaveLength(2);
    await sleep(1_500);
    const atMs = performance.now();
    const second = await says(caller, session, LONG_ANSWER + 1);
    expect(second.words).toMatch(/The tram ride takes about half an hour\.$/);
    expect(silentAfter(caller, atMs)).toBeLessThan(2_500);

    caller.leave();
    await expect.poll(() => daily.rooms, POLL).toEqual([]);
    expect(daily.log.at(-1)).toBe(`DELETE /rooms/${new URL(room).pathname.slice(1)}`);
    caller.close();
    console.info(`start ${Math.round(startMs)} ms, voice to voice ${Math.round(first.afterMs)} ms`);
  });

  test('ends with the server: the caller sees the agent go, and the room is deleted', async () => {
    const base = await serve();
    const { answer } = await start(base, {});
    const { dailyRoom: room = '', dailyToken: token = '' } = answer;
    const caller = await CallerPage.open(house, room, token);
    await expect.poll(() => caller.words, POLL).toContainEqual({ track: true });
    caller.tell({ label: 'rtvi-ai', id: 'r', type: 'client-ready', data: { version: '2.1.0' } });
    await expect.poll(() => caller.messages('bot-ready'), POLL).toHaveLength(1);
    // Its Chromium, in which this caller lives as well, goes with it; before that it leaves.
    const gone = expect.poll(() => caller.words, POLL).toContainEqual({ left: true });
    await served?.stop();
    served = undefined;
    await gone;
    expect(daily.rooms).toEqual([]);
    caller.close();
  });

  test('without a room says why, and tells whoever runs the agent what to do', async () => {
    const base = await serve([{ kind: 'http_401', place: 'room', times: 1 }]);
    const { status, answer } = await start(base, {});
    expect([status, answer]).toEqual([
      503,
      { detail: 'no room can be had: Daily answered 401 (authentication-error)' },
    ]);
    expect(warnings).toEqual([expect.stringContaining('set DAILY_API_KEY to the key of your domain')]);
    // The next one is better off.
    expect((await start(base, {})).status).toBe(200);
  });
});

/** A line of the play. */
const LONG_ANSWER = 5;

let warnings: string[] = [];

/** The served agent with a stand-in room in place of Daily's. */
async function serve(faults: readonly DailyFault[] = []): Promise<string> {
  const epochS = Math.floor(Date.now() / 1_000);
  daily = new DailyEmulator({ clock: stage.clock, key: 'dk', epochS, faults });
  api = await hostVendor(daily);
  house = standInHouse();
  warnings = [];
  plan = planOf('none');
  const log = createLog('silent', []);
  const { daily: settings, ...rest } = plan.settings;
  if (settings === undefined) throw new Error('TRANSPORT_TYPE is daily');
  const opened = openDaily(settings, rest.outputRate, log, house);
  if (!opened.ok) throw new Error(opened.problem.what);
  const warn: typeof opened.daily.warn = ({ todo }) => warnings.push(todo);
  const options: ServeOptions = { ...plan, log, planOf };
  const result = await serveAgent({ ...options, daily: { ...opened.daily, warn } });
  if (!result.ok) throw new Error(result.problem.what);
  served = result;
  return `http://127.0.0.1:${served.port}`;
}

function planOf(session: string): CallPlan {
  const read = readSettings({
    ...stage.envOf(session),
    WS_PORT: '0',
    TRANSPORT_TYPE: 'daily',
    DAILY_API_KEY: 'dk',
    DAILY_API_URL: `${api.url}/v1`,
  });
  if (!read.ok) throw new Error(read.problems.map(({ expected }) => expected).join('; '));
  return { settings: read.settings, tools: [] };
}

async function start(base: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${base}/start`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Record<string, string> };
}

/** Begins to say a line of the play; how long that takes, ms. */
function begins(caller: CallerPage, session: string, index: number): number {
  stage.cue(session, play, index, 'clip');
  const pcm = play.lines[index]?.take.pcm ?? new Int16Array(0);
  caller.say(pcm);
  return pcm.length / 16;
}

/** Says a line of the play; what is answered, until the agent has said it. */
async function says(caller: CallerPage, session: string, index: number) {
  const from = caller.words.length;
  const endedMs = performance.now() + begins(caller, session, index);
  const begun = await told(caller, 'bot-started-speaking', from);
  await told(caller, 'bot-stopped-speaking', begun);
  await sleep(500);
  const heard = caller.heard.filter(({ atMs, samples }) => atMs > endedMs && isSound(samples));
  const words = caller.messages('bot-tts-text', from).map((message) => {
    const data = message['data'] as { readonly text: string };
    return data.text;
  });
  return {
    words: words.join(' '),
    soundMs: 20 * heard.length,
    afterMs: (heard[0]?.atMs ?? Number.NaN) - endedMs,
  };
}

/** Waits for a message of this type behind the `from`th word; how many words there were up to it. */
async function told(caller: CallerPage, type: string, from: number): Promise<number> {
  await expect.poll(() => caller.messages(type, from).length, POLL).toBeGreaterThan(0);
  const [message] = caller.messages(type, from);
  return caller.words.findIndex(({ heard }) => heard === message) + 1;
}

/** Until when the caller heard anything after `atMs`, before the first pause, ms. */
function silentAfter(caller: CallerPage, atMs: number): number {
  const sounds = caller.heard.filter((piece) => piece.atMs > atMs && isSound(piece.samples));
  const last = sounds.find((piece, index) => (sounds[index + 1]?.atMs ?? Infinity) - piece.atMs > 700);
  return (last?.atMs ?? atMs) - atMs;
}

const isSound = (samples: Int16Array): boolean => samples.some((sample) => Math.abs(sample) > 500);
