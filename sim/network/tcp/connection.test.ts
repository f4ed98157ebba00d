import { array, asyncProperty, assert as check, constantFrom, integer, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '../impaired-link.ts';
import type { Direction } from '../impairment.ts';
import type { CongestionName } from './congestion.ts';
import { TcpConnection } from './connection.ts';
import { Rig } from './rig.ts';

describe('a connection without faults', () => {
  it('delivers everything after exactly the delay of the path', async () => {
    const rig = new Rig(25);
    rig.stream('up', 3, 100);
    rig.stream('down', 11, 100);
    await rig.run(5_000);
    expect(rig.delays('up')).toEqual(Array(100).fill(25));
    expect(rig.delays('down')).toEqual(Array(100).fill(25));
    expect(rig.connection.up.bufferedBytes).toBe(0);
    expect(rig.connection.up.counters).toMatchObject({ segments: 100, retransmissions: 0, dropped: 0 });
  });

  it('counts headers: 52 bytes for every segment of at most 1448', async () => {
    const rig = new Rig(10);
    rig.say('up', 0, 3_200);
    await rig.run(1_000);
    expect(rig.up.seen.map(({ bytes }) => bytes)).toEqual([1_500, 1_500, 356]);
    expect(rig.connection.up.counters.wireBytes).toBe(3_200 + 3 * 52);
  });

  it('counts a TLS record where there is TLS', async () => {
    const rig = new Rig(10);
    rig.connection.open(true, () => {});
    rig.say('up', 100, 100);
    await rig.run(1_000);
    expect(rig.up.data.at(-1)?.bytes).toBe(100 + 22 + 52);
  });

  it('lets acknowledgements ride on what is said the other way', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 200);
    rig.stream('down', 7, 200);
    await rig.run(6_000);
    const bare = rig.down.seen.filter(({ bytes }) => bytes === 52).length;
    expect(bare).toBeLessThan(20);
  });

  it('says how much is written and not acknowledged', async () => {
    const rig = new Rig(50);
    rig.say('up', 0, 100_000);
    await rig.run(40);
    expect(rig.connection.up.bufferedBytes).toBe(100_000);
    expect(rig.up.seen).toHaveLength(10);
    await rig.run(2_000);
    expect(rig.connection.up.bufferedBytes).toBe(0);
  });
});

describe('setting up', () => {
  it('takes one round trip, and another with TLS, before the client may speak', async () => {
    const at: number[] = [];
    for (const tls of [false, true]) {
      const rig = new Rig(40, {});
      rig.connection.open(tls, () => at.push(rig.kernel.now() / 1_000));
      await rig.run(2_000);
    }
    expect(at).toEqual([80, 160]);
  });

  it('repeats a lost SYN after a second', async () => {
    const rig = new Rig(40, {});
    rig.up.lose = (index) => index === 0;
    rig.say('up', 0, 500);
    await rig.run(3_000);
    expect(rig.delays('up')).toEqual([1_000 + 80 + 40]);
  });

  it('opens when the last packet of the handshake is lost but data follows', async () => {
    const rig = new Rig(40, {});
    rig.up.lose = (index) => index === 1;
    rig.say('up', 0, 500);
    rig.say('down', 0, 500);
    await rig.run(3_000);
    expect(rig.delays('up')).toEqual([120]);
    expect(rig.delays('down')).toEqual([160]);
  });
});

describe('a path that carries nothing', () => {
  it('keeps trying ever more rarely and never hangs', async () => {
    const rig = new Rig(40);
    rig.stream('up', 0, 50);
    rig.up.lose = (_index, atMs) => atMs > 500;
    await rig.run(3_600_000);
    expect(rig.up.seen.length).toBeLessThan(100);
    expect(rig.up.seen.at(-1)?.atMs).toBeGreaterThan(3_400_000);
    expect(rig.connection.up.bufferedBytes).toBeGreaterThan(0);
  });

  it('does not even connect', async () => {
    const rig = new Rig(40, {});
    rig.up.lose = () => true;
    rig.say('up', 0, 500);
    await rig.run(600_000);
    expect(rig.heard).toEqual([]);
    expect(rig.up.seen.length).toBeGreaterThan(5);
    expect(rig.up.seen.length).toBeLessThan(20);
  });
});

type Heard = { readonly side: string; readonly index: number; readonly atUs: number };

/** Messages of these sizes each way, 7 ms apart, over links this bad: what was heard, when, in order. */
async function talk(
  direction: Direction,
  seed: number,
  sizes: readonly number[],
  congestion: CongestionName = 'cubic',
): Promise<Heard[]> {
  const kernel = new Kernel();
  const link = (name: string): ImpairedLink => new ImpairedLink(direction, { seed, name });
  const connection = new TcpConnection(kernel, { up: link('up'), down: link('down') }, { congestion });
  const heard: Heard[] = [];
  for (const side of ['up', 'down'] as const) {
    for (const [index, bytes] of sizes.entries()) {
      const hear = (): void => {
        heard.push({ side, index, atUs: kernel.now() });
      };
      kernel.after(index * 7_000, () => connection[side].write(bytes, hear, undefined), undefined);
    }
  }
  const all = (): boolean => heard.length === 2 * sizes.length;
  await kernel.run({ untilUs: 4 * 3_600_000_000, stopWhen: all });
  return heard;
}

const worlds = record({
  seed: integer({ min: 0, max: 1_000_000 }),
  sizes: array(integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 80 }),
  delayMs: integer({ min: 0, max: 150 }),
  jitterMs: integer({ min: 0, max: 60 }),
  lossPercent: integer({ min: 0, max: 30 }),
  reorder: constantFrom(true, false),
  narrow: constantFrom(true, false),
  congestion: constantFrom<CongestionName>('cubic', 'reno', 'bbr'),
});

const directionOf = (world: {
  delayMs: number;
  jitterMs: number;
  lossPercent: number;
  reorder: boolean;
  narrow?: boolean;
}): Direction => ({
  delayMs: world.delayMs,
  reorder: world.reorder,
  ...(world.jitterMs > 0 ? { jitter: { distribution: 'normal', ms: world.jitterMs } } : {}),
  ...(world.narrow === true ? { bottleneck: { kind: 'rate', kbps: 2_000, queueBytes: 20_000 } } : {}),
  ...(world.lossPercent > 0 ? { loss: { kind: 'iid', share: world.lossPercent / 100 } } : {}),
});

describe('whatever the path does', () => {
  it('every message arrives exactly once and in order', async () => {
    await check(
      asyncProperty(worlds, async (world) => {
        const heard = await talk(directionOf(world), world.seed, world.sizes, world.congestion);
        for (const side of ['up', 'down']) {
          const order = heard.filter((each) => each.side === side).map(({ index }) => index);
          expect(order).toEqual(world.sizes.map((_, index) => index));
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('the same seed gives the same instants, another seed others', async () => {
    const direction = directionOf({ delayMs: 40, jitterMs: 20, lossPercent: 5, reorder: false });
    const sizes = Array.from({ length: 200 }, () => 640);
    const first = await talk(direction, 1, sizes);
    expect(await talk(direction, 1, sizes)).toEqual(first);
    expect(await talk(direction, 2, sizes)).not.toEqual(first);
  });

  it('nothing arrives before the path allows', async () => {
    const direction = directionOf({ delayMs: 40, jitterMs: 0, lossPercent: 10, reorder: false });
    const heard = await talk(
      direction,
      3,
      Array.from({ length: 100 }, () => 640),
    );
    for (const { index, atUs } of heard) expect(atUs).toBeGreaterThanOrEqual(index * 7_000 + 40_000);
  });
});
