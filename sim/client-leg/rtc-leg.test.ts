// A caller on WebRTC: signalling first, then voice both ways as packets and messages beside it.
import { describe, expect, test } from 'vitest';
import { isAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { CallerClient, HeardPiece } from '../caller/client/client.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import { Kernel } from '../kernel/kernel.ts';
import { linksOf } from '../network/connector.ts';
import { parseNetwork } from '../network/parse.ts';
import { RTC_DEFAULT } from '../network/rtc/option.ts';
import { RtcLeg } from './rtc-leg.ts';

const RATE = 24_000;
const PLACE = 8;

type Told = {
  readonly client: CallerClient;
  readonly leg: RtcLeg;
  at(ms: number, run: () => void): void;
};

/** What everybody heard, when the story is played over the network for so many seconds. */
async function tell(story: (world: Told) => void, text = 'delay=30ms', forSeconds = 5) {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  const kernel = new Kernel();
  const log: string[] = [];
  const taps: [number, number][] = [];
  const atAgent: { readonly t: Micros; readonly pcm: Uint8Array }[] = [];
  const atCaller: HeardPiece[] = [];
  const note = (what: string) => log.push(`${kernel.now() / 1_000} ${what}`);
  const leg = new RtcLeg({
    clock: kernel,
    ...linksOf(parsed.impairment, 1, 'client'),
    settings: RTC_DEFAULT,
    seed: 1,
    playerRate: RATE,
    tap: (place, data) => taps.push([place, data.length]),
    place: PLACE,
    ends: {
      agentOpened: () => note('agent opened'),
      agentHears: (data) => note(`agent hears ${JSON.parse(data.toString()).type}`),
      agentHearsMedia: (pcm) => atAgent.push({ t: kernel.now(), pcm }),
      agentClosed: (reason) => note(`agent closed: ${reason}`),
      agentLost: (reason) => note(`agent lost: ${reason}`),
      agentBack: () => {
        note('agent back');
        return 'back';
      },
      callerOpened: () => note('caller opened'),
      callerOnline: () => note('caller online'),
      callerReturned: () => note('caller returned'),
      callerClosed: (code, reason) => note(`caller closed: ${code} ${reason}`),
    },
  });
  const client = leg.client({
    heard: (piece) => atCaller.push(piece),
    told: (type) => note(`caller told ${type}`),
  });
  leg.open();
  story({ client, leg, at: (at, run) => void kernel.after(ms(at), run, undefined) });
  await kernel.run({ untilUs: seconds(forSeconds), stopWhen: () => false });
  return { log, taps, atAgent, atCaller, facts: leg.facts(kernel.now()) };
}

const frame = (rate: number, mark = 40): Uint8Array => new Uint8Array((rate / 50) * 2).fill(mark);
const message = (type: string) => JSON.stringify({ label: 'rtvi-ai', type, data: {} });

/** The caller speaks `count` frames from 100 ms on, each its own object. */
const speaking = (count: number) => (world: Told) => {
  for (let number = 0; number < count; number += 1) {
    world.at(100 + 20 * number, () => world.client.speak(frame(16_000)));
  }
};

/** The agent sends `count` frames from 100 ms on. */
const answering = (count: number) => (world: Told) => {
  for (let number = 0; number < count; number += 1) {
    world.at(100 + 20 * number, () => world.leg.media(frame(RATE)));
  }
};

const fact = <W extends NetworkFact['what']>(
  facts: readonly NetworkFact[],
  what: W,
  direction: 'up' | 'down',
) => facts.find((one): one is NetworkFact & { what: W } => one.what === what && one.direction === direction);

describe('the way in', () => {
  test('is one round trip: the agent is there first, then the caller', async () => {
    const { log } = await tell(() => {});
    expect(log).toEqual(['30 agent opened', '60 caller opened']);
  });

  test('is found again when its packets are lost', async () => {
    const { log } = await tell(() => {}, 'delay=30ms loss=40%', 60);
    expect(log.map((line) => line.replace(/^\S+ /, ''))).toEqual(['agent opened', 'caller opened']);
  });
});

describe("the caller's voice", () => {
  test('reaches the agent frame by frame, the very objects', async () => {
    const { atAgent, facts } = await tell(speaking(50));
    expect(atAgent.map(({ t }) => t / 1_000)).toEqual(
      Array.from({ length: 50 }, (_, index) => 130 + 20 * index),
    );
    expect(new Set(atAgent.map(({ pcm }) => pcm)).size).toBe(50);
    expect(fact(facts, 'voice', 'up')).toMatchObject({ expected: 50, lost: 0, bursts: 0, delayUs: 50_000 });
  });

  test('goes on, sample for sample, where packets were lost', async () => {
    const { atAgent, facts } = await tell(speaking(200), 'delay=30ms loss=10%', 8);
    const voice = fact(facts, 'voice', 'up');
    expect(voice?.lost).toBeGreaterThan(5);
    expect(voice?.expected).toBe(atAgent.length);
    expect(atAgent.every(({ pcm }) => pcm.length === 640)).toBe(true);
    expect(voice?.expected).toBeGreaterThan(195);
  });
});

describe("the agent's voice", () => {
  test('sounds in pieces of 10 ms that follow each other for as long as the call lasts', async () => {
    const { atCaller } = await tell(answering(50));
    expect(atCaller.every(({ pcm }) => pcm.length === (RATE / 100) * 2)).toBe(true);
    const steps = atCaller.slice(1).map(({ startUs }, index) => startUs - (atCaller[index]?.startUs ?? 0));
    expect(new Set(steps)).toEqual(new Set([10_000]));
    // A second of voice, but for what the buffer stretched until it had found its level.
    const audible = atCaller.filter(({ pcm }) => isAudible(pcm)).length;
    expect(audible).toBeGreaterThanOrEqual(98);
    expect(audible).toBeLessThanOrEqual(106);
  });

  test('waits in the jitter buffer, and the delay says so', async () => {
    const { facts } = await tell(answering(150));
    const voice = fact(facts, 'voice', 'down');
    expect(voice?.bufferUs).toBeGreaterThan(10_000);
    expect(voice?.delayUs).toBeGreaterThan(30_000 + 10_000);
    expect(voice?.delayUs).toBeLessThan(30_000 + 120_000);
    expect(voice).toMatchObject({ codec: 'opus-wb-vbr-13', bursts: 0, lost: 0 });
  });

  test('is made up where packets were lost, and the fact counts it', async () => {
    const { facts, atCaller } = await tell(answering(200), 'delay=30ms loss=10%', 8);
    const voice = fact(facts, 'voice', 'down');
    expect(voice?.bursts).toBeGreaterThan(5);
    expect(voice?.lost).toBeGreaterThan(5);
    expect(atCaller.reduce((sum, { damagedSamples }) => sum + damagedSamples, 0)).toBeGreaterThan(0);
  });

  test('is sent as silence between replies: the clock of the stream never stops', async () => {
    const { facts } = await tell(() => {}, 'delay=30ms', 10);
    // 50 packets a second from the moment the agent was reached, small ones.
    expect(fact(facts, 'traffic', 'down')?.packets).toBe(499);
    expect(fact(facts, 'traffic', 'down')?.bytes).toBeLessThan(499 * 110);
  });
});

describe('messages', () => {
  test('arrive both ways beside the voice, and are noted where they arrive', async () => {
    const { log, taps } = await tell(({ client, leg, at }) => {
      at(100, () => client.hello());
      at(200, () => leg.send(message('bot-ready')));
    });
    expect(log.slice(2)).toEqual(['130 agent hears client-ready', '230 caller told bot-ready']);
    expect(taps.map(([place]) => place)).toEqual([PLACE, PLACE + 1]);
  });

  test('in bytes have no way here', async () => {
    const { log } = await tell(({ leg }) => leg.send(new Uint8Array(10)));
    expect(log.length).toBe(2);
  });

  test('arrive in order and once, however many packets are lost', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `message-${index}`);
    const send = ({ leg, at }: Told) => {
      for (const [index, name] of names.entries()) at(5_000 + 40 * index, () => leg.send(message(name)));
    };
    const { log } = await tell(send, 'delay=30ms loss=20%', 60);
    expect(log.filter((line) => line.includes('told')).map((line) => line.split(' told ')[1])).toEqual(names);
  });
});

describe('the end', () => {
  test('by the caller reaches the agent, and no sound after it', async () => {
    const { log, atCaller } = await tell(({ client, leg, at }) => {
      at(500, () => client.leave());
      at(600, () => leg.media(frame(RATE)));
    });
    expect(log.at(-1)).toBe('530 agent closed: hung up');
    expect(atCaller.at(-1)?.startUs).toBeLessThanOrEqual(500_000);
  });

  test('by the agent reaches the caller with its reason', async () => {
    const { log } = await tell(({ leg, at }) => at(500, () => leg.close(1000, 'the call is over')));
    expect(log.at(-1)).toBe('530 caller closed: 1000 the call is over');
  });
});
