// The simulated person: waits to be welcomed, speaks, listens, interrupts, loses patience and hangs
// up, and does nothing more once the call is over.
import { describe, expect, test } from 'vitest';
import { encodeAudio, encodeMessage } from '#agent/transports/websocket/wire.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { EarIndex } from '#sim/providers/ear-index.ts';
import { Voice } from '#sim/providers/voice.ts';
import { Caller, PLAYER_RATE } from './caller.ts';
import { WebsocketCallerClient } from './client/websocket-client.ts';
import type { Act } from './script.ts';
import { type Clip, SpeechTable } from './speech-table.ts';

const WINDOW = 512;

/** A recording of `ms` of hiss, all of it different, that counts as speech from 64 ms on. */
function clip(text: string, speechMs: number, seed: number): Clip {
  const samples = text === '' ? WINDOW : Math.ceil(((64 + speechMs + 384) * 16) / WINDOW) * WINDOW;
  let state = seed;
  const pcm = Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 16) % 7) - 3;
  });
  const scores = new Array<number>(samples / WINDOW).fill(0);
  const speechEndUs = (64 + speechMs) * 1_000;
  return { id: text, voice: 'v', text, pcm, words: [], scores, speechStartUs: 64_000, speechEndUs };
}

const table = new SpeechTable(clip('', 0, 1), [clip('hello', 500, 2), clip('stop', 200, 3)]);
const REPLY = 'We open at nine.';
const sound = new Voice(PLAYER_RATE).utterance(REPLY).pcm;
const reply = new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength);
const BOT_READY = encodeMessage(JSON.stringify({ label: 'rtvi-ai', type: 'bot-ready', id: '1', data: {} }));

type Call = {
  readonly caller: Caller;
  readonly kernel: Kernel;
  /** A message from the agent reaches the caller's client. */
  receive(data: string | Uint8Array): void;
  /** `seconds what` of every fact. */
  readonly facts: string[];
  readonly closed: () => boolean;
  at(ms: number, run: () => void): void;
  /** The agent speaks: the whole reply arrives at once. */
  replies(ms: number): void;
};

/** A caller who is welcomed after 100 ms, in a world where an agent says what the test says. */
function call(...acts: readonly Act[]): Call {
  const kernel = new Kernel();
  const facts: string[] = [];
  let closed = false;
  let client: WebsocketCallerClient | undefined;
  const line = {
    send: () => {},
    close: () => {
      closed = true;
    },
  };
  const caller = new Caller({
    clock: kernel,
    chance: new KeyedChance(1, 'test'),
    script: { voice: 'v', acts },
    table,
    index: new EarIndex(PLAYER_RATE, [REPLY]),
    client: (hooks) => {
      const playerRate = PLAYER_RATE;
      client = new WebsocketCallerClient({
        kind: 'stock',
        clock: kernel,
        playerRate,
        line,
        hooks,
        interning: true,
      });
      return client;
    },
    interning: true,
    note: (fact) => {
      const act = 'act' in fact ? ` ${fact.act}` : '';
      if (fact.what !== 'ear.word') facts.push(`${Math.round(fact.t / 1_000)} ${fact.what}${act}`);
    },
  });
  const at = (ms: number, run: () => void) => void kernel.after(ms * 1_000, run, undefined);
  const receive = (data: string | Uint8Array) => client?.receive(data);
  at(0, () => caller.opened());
  at(100, () => receive(BOT_READY));
  return {
    caller,
    kernel,
    receive,
    facts,
    closed: () => closed,
    at,
    replies: (ms) => at(ms, () => receive(encodeAudio(reply, PLAYER_RATE))),
  };
}

const play = ({ kernel }: Call, untilMs = 60_000) =>
  kernel.run({ untilUs: untilMs * 1_000, stopWhen: () => false });
const whats = (facts: readonly string[]): string[] => facts.map((fact) => fact.replace(/^\d+ /, ''));
const timeOf = (facts: readonly string[], what: string): number =>
  Number.parseInt(facts.find((fact) => fact.endsWith(what)) ?? 'NaN', 10);

const says = (text: string): Act => ({ kind: 'say', parts: [{ text }] });
const interrupts = (afterMs: number): Act => ({ kind: 'interrupt', afterMs, parts: [{ text: 'stop' }] });
const hangsUp: Act = { kind: 'hang_up' };

describe('taking turns', () => {
  test('speaks when welcomed, listens to the end, answers after a human gap, and hangs up', async () => {
    const one = call(says('hello'), says('stop'), hangsUp);
    one.replies(2_000);
    one.replies(6_000);
    await play(one);
    expect(whats(one.facts)).toEqual([
      'connected',
      'ready',
      'speaking 0',
      'spoke 0',
      'ear.audible',
      'ear.quiet',
      'speaking 1',
      'spoke 1',
      'ear.audible',
      'ear.quiet',
      'hung_up',
    ]);
    const gapMs = timeOf(one.facts, 'speaking 1') - (timeOf(one.facts, 'ear.quiet') - 240);
    expect(gapMs).toBeGreaterThanOrEqual(240);
    expect(gapMs).toBeLessThanOrEqual(1_200 + 32 + 64);
    expect([one.closed(), one.caller.gone]).toEqual([true, true]);
  });

  test('says nothing before it is welcomed', async () => {
    const kernelOnly = call(says('hello'), hangsUp);
    await play(kernelOnly, 99);
    expect(whats(kernelOnly.facts)).toEqual(['connected']);
    expect(kernelOnly.caller.waitingFor).toBe('act 0 of 2, waiting for ready');
  });

  test('lets an agent finish that goes on after a silence like its end', async () => {
    const one = call(says('hello'), says('stop'), hangsUp);
    one.replies(2_000);
    const endMs = 2_000 + Math.round(sound.length / 24);
    // Just after the ear has fallen quiet, and before any human gap is over.
    one.replies(endMs + 60);
    await play(one, 10_000);
    const last = one.facts.filter((fact) => fact.includes('ear.quiet')).at(-1) ?? '';
    expect(one.facts.indexOf(last)).toBeLessThan(one.facts.findIndex((fact) => fact.includes('speaking 1')));
  });

  test('is silent for as long as the script says', async () => {
    const one = call(says('hello'), { kind: 'wait', forMs: 5_000 }, says('stop'), hangsUp);
    one.replies(2_000);
    await play(one);
    expect(timeOf(one.facts, 'speaking 2')).toBeGreaterThan(timeOf(one.facts, 'ear.quiet') + 5_000);
  });
});

describe('interrupting', () => {
  test('speaks over the agent, the asked time after it became audible', async () => {
    const one = call(says('hello'), interrupts(300), hangsUp);
    one.replies(2_000);
    await play(one, 4_000);
    const lateness = timeOf(one.facts, 'speaking 1') - timeOf(one.facts, 'ear.audible') - 300;
    // The recording begins on the next window and with 64 ms of room tone.
    expect(lateness).toBeGreaterThanOrEqual(64);
    expect(lateness).toBeLessThanOrEqual(64 + 32);
    expect(timeOf(one.facts, 'speaking 1')).toBeLessThan(timeOf(one.facts, 'ear.quiet'));
  });

  test('speaks at that moment also when the agent has finished before', async () => {
    const one = call(says('hello'), interrupts(4_000), hangsUp);
    one.replies(2_000);
    await play(one, 8_000);
    const lateness = timeOf(one.facts, 'speaking 1') - timeOf(one.facts, 'ear.audible') - 4_000;
    expect(lateness).toBeGreaterThanOrEqual(64);
    expect(lateness).toBeLessThanOrEqual(64 + 32);
  });
});

describe('a moment of the reply', () => {
  const afterNine = (word: string): Act => ({
    ...(interrupts(100) as Act & { kind: 'interrupt' }),
    from: { word },
  });

  test('comes after its word, and so does the interruption', async () => {
    const one = call(says('hello'), afterNine('open'), hangsUp);
    one.replies(2_000);
    await play(one, 4_000);
    const spokenMs = timeOf(one.facts, 'speaking 1') - timeOf(one.facts, 'ear.audible');
    expect(spokenMs).toBeGreaterThan(300);
    expect(timeOf(one.facts, 'speaking 1')).toBeLessThan(timeOf(one.facts, 'ear.quiet'));
  });

  test('that never comes keeps nobody waiting: the agent has finished, and the caller speaks', async () => {
    const one = call(says('hello'), afterNine('castle'), hangsUp);
    one.replies(2_000);
    await play(one);
    const gapMs = timeOf(one.facts, 'speaking 1') - (timeOf(one.facts, 'ear.quiet') - 240);
    expect(gapMs).toBeLessThanOrEqual(1_200 + 32 + 64);
    expect(whats(one.facts).at(-1)).toBe('hung_up');
  });

  test('may be the end of the call', async () => {
    const one = call(says('hello'), { kind: 'hang_up', at: { afterMs: 400 } });
    one.replies(2_000);
    await play(one);
    expect(timeOf(one.facts, 'hung_up')).toBe(timeOf(one.facts, 'ear.audible') + 400);
  });
});

describe('an impatient caller', () => {
  const insists: Act = { ...(says('hello') as Act & { kind: 'say' }), insists: { afterMs: 1_000, times: 2 } };

  test('says it again and again, and then waits like everybody', async () => {
    const one = call(insists, hangsUp);
    await play(one);
    expect(whats(one.facts).filter((what) => what !== 'event 0')).toEqual([
      'connected',
      'ready',
      ...Array.from({ length: 3 }, () => ['speaking 0', 'spoke 0']).flat(),
      'gave_up 0',
      'hung_up',
    ]);
    expect(whats(one.facts).filter((what) => what === 'event 0')).toHaveLength(2);
  });

  test('hears the answer that began while it spoke', async () => {
    const one = call(insists, says('stop'), hangsUp);
    // The first saying ends near 1.3 s, the second begins near 2.3 s.
    one.replies(2_350);
    await play(one);
    expect(whats(one.facts).filter((what) => what === 'speaking 0')).toHaveLength(2);
    expect(whats(one.facts)).not.toContain('gave_up 0');
    expect(timeOf(one.facts, 'speaking 1')).toBeGreaterThan(timeOf(one.facts, 'ear.quiet'));
  });
});

test('a caller who breaks off is gone in the middle of a word', async () => {
  const one = call({ kind: 'break_off', parts: [{ text: 'hello' }], afterMs: 200 });
  expect(await play(one)).toBe('idle');
  expect(whats(one.facts)).toEqual(['connected', 'ready', 'speaking 0', 'hung_up']);
  expect(timeOf(one.facts, 'hung_up')).toBe(timeOf(one.facts, 'speaking 0') + 200);
});

describe('an agent that does not answer', () => {
  test('is given up after eight seconds, act by act, and the caller still hangs up', async () => {
    const one = call(says('hello'), says('stop'), hangsUp);
    await play(one);
    expect(whats(one.facts)).toEqual([
      'connected',
      'ready',
      'speaking 0',
      'spoke 0',
      'gave_up 0',
      'speaking 1',
      'spoke 1',
      'gave_up 1',
      'hung_up',
    ]);
    expect(timeOf(one.facts, 'gave_up 0')).toBe(timeOf(one.facts, 'spoke 0') + 8_000);
  });
});

describe('the end', () => {
  test('a caller who is cut off in mid-word says nothing more and waits for nothing', async () => {
    const one = call(says('hello'), says('stop'), hangsUp);
    one.at(900, () => one.caller.closed(1011, 'tired'));
    one.at(950, () => one.caller.closed(1006, 'twice'));
    one.replies(1_000);
    expect(await play(one)).toBe('idle');
    expect(whats(one.facts)).toEqual(['connected', 'ready', 'speaking 0', 'cut_off']);
    expect(one.caller.gone).toBe(true);
  });

  test('messages that are none, errors and strange frames change nothing but what was told', async () => {
    const one = call(says('hello'), hangsUp);
    one.at(50, () => {
      one.receive('text');
      one.receive(new Uint8Array([255, 1, 2]));
      one.receive(encodeMessage('{"label":"rtvi-ai","type":"error","data":{}}'));
      one.receive(encodeMessage('not JSON'));
    });
    one.at(150, () => one.receive(BOT_READY));
    one.replies(2_000);
    await play(one);
    expect(whats(one.facts)).toEqual([
      'connected',
      'told',
      'ready',
      'speaking 0',
      'spoke 0',
      'ear.audible',
      'ear.quiet',
      'hung_up',
    ]);
  });
});
