// A caller on WebRTC talks to the served agent as a browser would: libwebrtc at one end, our peer at the
// other, the emulated vendors behind it. What is judged is what comes out of the caller's jitter buffer.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '#agent/io/log.ts';
import { EAR_RATE, HeadlessClient, startCall } from '#agent/io/webrtc/headless-client.test-support.ts';
import { type CallPlan, type Served, serveAgent } from '#agent/serve.ts';
import { readSettings } from '#agent/settings.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { type Play, playOf } from './play.ts';
import { Stage } from './stage.ts';
import { TAKE_RATE } from './take.ts';

let stage: Stage;
let play: Play;
let served: Served & { readonly ok: true };
let base: string;

beforeAll(async () => {
  const profile = loadProfile('prd');
  const loaded = await loadScenario('multi-turn');
  if (!profile.ok || !loaded.ok) throw new Error('the scenario cannot be loaded');
  play = playOf(loaded.scenario, readSpeech());
  stage = new Stage(profile.profile, play);
  await stage.open();
  const planOf = (session: string): CallPlan => {
    const read = readSettings({ ...stage.envOf(session), WS_PORT: '0' });
    if (!read.ok) throw new Error(read.problems.map(({ expected }) => expected).join('; '));
    return { settings: read.settings, tools: [] };
  };
  const result = await serveAgent({ ...planOf('none'), log: createLog('silent', []), planOf });
  if (!result.ok) throw new Error(result.problem.what);
  served = result;
  base = `http://127.0.0.1:${served.port}`;
});

afterAll(async () => {
  await served?.stop();
  await stage?.close();
});

describe('a call over WebRTC', () => {
  test('is heard both ways, and goes on as the same conversation over a new peer connection', async () => {
    const caller = await Caller.call();
    const first = await caller.says(0);
    expect(first.words).toBe(play.lines[0]?.answers[0]);
    expect(first.soundMs).toBeGreaterThan(2_000);
    expect(await caller.client.inbound()).toMatchObject({ packetsLost: 0 });

    const before = caller.client.peerId;
    await caller.comesBack();
    expect(caller.client.peerId).not.toBe(before);
    await caller.told('server-message');
    expect(caller.messages('server-message')[0]?.data).toMatchObject({ type: 'session-resumed' });
    const again = await caller.says(NAME_ASKED);
    expect(again.words).toBe('Yes, you are Nora.');
    expect(again.soundMs).toBeGreaterThan(500);
    caller.client.close();
  });

  test('falls silent at the ear when it is interrupted, and answers what was said instead', async () => {
    const caller = await Caller.call();
    caller.begins(LONG_ANSWER);
    await caller.told('bot-started-speaking');
    await sleep(2_000);
    const from = caller.client.messages.length;
    const atMs = performance.now();
    const answer = await caller.says(LONG_ANSWER + 1);
    expect(caller.messages('bot-interrupted', from)).toHaveLength(1);
    // A word of the answer before may have been said, and told, between the first sound and the silence.
    expect(answer.words).toMatch(/(^| )The tram ride takes about half an hour\.$/);
    const after = caller.client.heard.filter((piece) => piece.atMs > atMs && isSound(piece.samples));
    const pauses = after.flatMap(({ atMs: at }, index) => {
      const next = after[index + 1]?.atMs ?? at;
      return next - at > 700 ? [at - atMs] : [];
    });
    // The rest of the interrupted answer would have lasted some ten seconds.
    expect(pauses[0]).toBeLessThan(2_500);
    caller.client.close();
  });

  test('offers once more on the same peer connection, and nothing changes', async () => {
    const caller = await Caller.call();
    const id = caller.client.peerId;
    await caller.client.offer();
    expect(caller.client.peerId).toBe(id);
    const { words } = await caller.says(0);
    expect(words).toBe(play.lines[0]?.answers[0]);
    caller.client.close();
  });
});

/** Lines of the play. */
const NAME_ASKED = 9;
const LONG_ANSWER = 5;

type Heard = { readonly words: string; readonly soundMs: number; readonly afterMs: number };

class Caller {
  client: HeadlessClient;

  private constructor(client: HeadlessClient) {
    this.client = client;
  }

  static async call(): Promise<Caller> {
    const caller = new Caller(await HeadlessClient.dial({ endpoint: await startCall(base) }));
    caller.tell('client-ready', { version: '2.1.0', about: { library: 'headless' } });
    await caller.told('bot-ready');
    await sleep(500);
    return caller;
  }

  tell(type: string, data: unknown): void {
    this.client.send(JSON.stringify({ label: 'rtvi-ai', id: 'x', type, data }));
  }

  /** RTVI messages of this type from the `from`th message on. */
  messages(type: string, from = 0): { readonly data?: Readonly<Record<string, unknown>> }[] {
    const all = this.client.messages.slice(from).map((text) => JSON.parse(text));
    return all.filter((message) => message.type === type);
  }

  /** Waits for a message of this type behind the `from`th; how many there were up to it. */
  async told(type: string, from = 0): Promise<number> {
    const until = performance.now() + 15_000;
    for (let at = from; performance.now() < until; ) {
      const text = this.client.messages[at];
      if (text === undefined) await sleep(20);
      else if (JSON.parse(text).type === type) return at + 1;
      else at += 1;
    }
    throw new Error(`nobody said ${type}: ${this.client.messages.slice(from).join('\n')}`);
  }

  /** With a new peer connection in place of the old one, as the stock client restarts. */
  async comesBack(): Promise<void> {
    const { endpoint } = this.client;
    this.client = await HeadlessClient.dial({ endpoint, replaces: this.client });
  }

  /** Begins to say a line of the play; how long that takes. */
  begins(index: number): number {
    const session = /sessions\/([^/]+)\//.exec(this.client.endpoint)?.[1] ?? '';
    stage.cue(session, play, index, 'clip');
    const speech = louder(play.lines[index]?.take.pcm ?? new Int16Array(0));
    this.client.say(speech);
    return (1_000 * speech.length) / EAR_RATE;
  }

  /** Says a line of the play; what is answered, until the agent has said it. */
  async says(index: number): Promise<Heard> {
    const from = this.client.messages.length;
    const endedMs = performance.now() + this.begins(index);
    const begun = await this.told('bot-started-speaking', from);
    await this.told('bot-stopped-speaking', begun);
    await sleep(300);
    const heard = this.client.heard.filter(({ atMs, samples }) => atMs > endedMs - 500 && isSound(samples));
    const words = this.messages('bot-tts-text', from).map(({ data }) => String(data?.['text'] ?? ''));
    return {
      words: words.join(' '),
      soundMs: 10 * heard.length,
      afterMs: (heard[0]?.atMs ?? Number.NaN) - endedMs,
    };
  }
}

const isSound = (samples: Int16Array): boolean => samples.some((sample) => Math.abs(sample) > 500);

/** From the rate of the recordings to libwebrtc's, each sample three times. */
const louder = (pcm: Int16Array): Int16Array =>
  Int16Array.from({ length: (pcm.length * EAR_RATE) / TAKE_RATE }, (_, at) => pcm[Math.floor(at / 3)] ?? 0);
