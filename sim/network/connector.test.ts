// Which model carries a connection, and that luck belongs to the network and not to who travels on it.
import { describe, expect, test } from 'vitest';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { connectCaller, connectOver, linksOf, plainDelayUs, profileOf } from './connector.ts';
import type { Impairment } from './impairment.ts';
import { parseNetwork } from './parse.ts';

function network(text: string): Impairment {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.impairment;
}

const SECONDS = 30;
const EVERY_US = ms(20);
const sentAt = Array.from({ length: (SECONDS * 1_000) / 20 }, (_, index) => index * EVERY_US);

/** Delay of a message of 700 bytes each 20 ms over a connection, by when it was sent. */
async function streamed(text: string, seed: number, connections = 1): Promise<ReadonlyMap<Micros, Micros>> {
  const kernel = new Kernel();
  const impairment = network(text);
  const connect = connectOver(kernel, impairment, seed, 'client');
  let wire = connect(profileOf(impairment));
  for (let count = 1; count < connections; count += 1) wire = connect(profileOf(impairment));
  const delays = new Map<Micros, Micros>();
  for (const at of sentAt) {
    const arrived = () => delays.set(at, kernel.now() - at);
    kernel.after(at, () => wire.up.write(700, arrived, undefined), undefined);
  }
  await kernel.run({ untilUs: seconds(SECONDS + 10), stopWhen: () => delays.size === sentAt.length });
  return delays;
}

/** Delay of a packet each 20 ms over the same network; lost ones have none. */
function packets(text: string, seed: number): ReadonlyMap<Micros, Micros> {
  const { up } = linksOf(network(text), seed, 'client');
  return new Map(
    sentAt.flatMap((at) => {
      const arrival = up.transmit(at, 200);
      return arrival === undefined ? [] : [[at, arrival - at] as const];
    }),
  );
}

const held = (delays: ReadonlyMap<Micros, Micros>): Micros[] =>
  [...delays].filter(([, delay]) => delay > ms(40)).map(([at]) => at);

describe('a network that only delays', () => {
  test('delays every message by exactly that, and packets too', async () => {
    const delays = await streamed('delay=30ms', 1);
    expect(delays.size).toBe(sentAt.length);
    expect(new Set(delays.values())).toEqual(new Set([ms(30)]));
    expect(new Set(packets('delay=30ms', 1).values())).toEqual(new Set([ms(30)]));
  });

  test('is known by its delay; one that differs by direction, or does anything else, is not', () => {
    expect(plainDelayUs(network('delay=30ms'))).toBe(30_000);
    expect(plainDelayUs(network('loopback'))).toBe(100);
    expect(plainDelayUs(network('up:delay=30ms down:delay=31ms'))).toBeUndefined();
    for (const more of ['loss=1%', 'jitter=1ms', 'rate=1mbit', 'reorder']) {
      expect(plainDelayUs(network(`delay=30ms ${more}`)), more).toBeUndefined();
    }
  });
});

describe('an impaired network', () => {
  test('carries a TCP connection: nothing is lost or out of order, and losses cost time', async () => {
    const delays = await streamed('delay=30ms loss=3%', 1);
    expect([...delays.keys()]).toEqual(sentAt);
    const slow = [...delays.values()].filter((delay) => delay > ms(60));
    expect(slow.length).toBeGreaterThan(10);
    expect(packets('delay=30ms loss=3%', 1).size).toBeLessThan(sentAt.length);
  });

  test('is opened with its own packets: the first message waits for them', async () => {
    const delays = await streamed('delay=30ms loss=3%', 1);
    expect(delays.get(0)).toBe(ms(90));
  });
});

describe('the opening', () => {
  async function opened(text: string, tls: boolean, dial: typeof connectCaller): Promise<Micros> {
    const kernel = new Kernel();
    const impairment = network(text);
    let at = -1;
    dial(
      kernel,
      impairment,
      1,
    )(profileOf(impairment)).open(tls, () => {
      at = kernel.now();
    });
    await kernel.run({ untilUs: seconds(10), stopWhen: () => false });
    return at;
  }
  const anybody: typeof connectCaller = (clock, impairment, seed) =>
    connectOver(clock, impairment, seed, 'stt');

  test('takes a round trip, and with TLS another, packet by packet or not', async () => {
    for (const text of ['delay=30ms', 'delay=30ms loss=0.0001%']) {
      expect(await opened(text, false, anybody), text).toBe(ms(60));
      expect(await opened(text, true, anybody), text).toBe(ms(120));
    }
  });

  test('of the caller takes no time on a network that only delays, and packets on others', async () => {
    expect(await opened('delay=30ms', false, connectCaller)).toBe(0);
    expect(await opened('delay=30ms loss=0.0001%', false, connectCaller)).toBe(ms(60));
    expect(await opened('delay=30ms loss=100%', false, connectCaller)).toBe(-1);
  });
});

describe('the bad moments', () => {
  const fades = 'delay=30ms outage=4s,200ms-400ms,hold,random';

  test.each([1, 2, 3, 4, 5])('of seed %i are the same for both transports', async (seed) => {
    const [stream, voice] = [held(await streamed(fades, seed)), held(packets(fades, seed))];
    expect(voice.length).toBeGreaterThan(20);
    // A stream sends what was held in bursts, and may be held back by its own window behind it.
    const alike = voice.filter((at) => stream.includes(at));
    expect(alike.length / voice.length).toBeGreaterThan(0.95);
    expect(stream.length / voice.length).toBeLessThan(1.5);
  });

  test('of another seed are others', () => {
    expect(held(packets(fades, 1))).not.toEqual(held(packets(fades, 2)));
  });

  test('are the same again for the same seed', async () => {
    expect(await streamed(fades, 1)).toEqual(await streamed(fades, 1));
  });

  test('of a second connection are its own', async () => {
    expect(held(await streamed(fades, 1, 2))).not.toEqual(held(await streamed(fades, 1)));
  });
});
