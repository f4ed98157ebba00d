import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms, seconds } from '#agent/core/time.ts';
import { ImpairedLink } from './impaired-link.ts';
import type { Direction, Jitter, Loss, Outage } from './impairment.ts';
import { parseNetwork } from './parse.ts';

type Packet = { readonly at: number; readonly bytes: number };
type Fate = { readonly at: number; readonly arrival: number | undefined };

const voice = (count: number, spacingMs = 20): Packet[] =>
  Array.from({ length: count }, (_, index) => ({ at: ms(index * spacingMs), bytes: 140 }));

function send(direction: Direction, packets: readonly Packet[], seed = 1, name = 'up'): Fate[] {
  const link = new ImpairedLink(direction, { seed, name });
  return packets.map(({ at, bytes }) => ({ at, arrival: link.transmit(at, bytes) }));
}

const arrivals = (fates: readonly Fate[]) => fates.flatMap(({ arrival }) => arrival ?? []);
const lost = (fates: readonly Fate[]) => fates.filter(({ arrival }) => arrival === undefined);

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyJitter: fc.Arbitrary<Jitter> = fc.record({
  distribution: fc.constantFrom('normal', 'uniform', 'pareto', 'gamma', 'ou'),
  ms: fc.integer({ min: 0, max: 60 }),
  correlation: fc.constantFrom(0, 0.3, 0.95),
  tauMs: fc.integer({ min: 20, max: 1_000 }),
});
const anyLoss: fc.Arbitrary<Loss> = fc.oneof(
  fc.record({ kind: fc.constant('iid'), share }),
  fc.record({
    kind: fc.constant('ge_packet'),
    toBad: share,
    toGood: share,
    lossBad: share,
    lossGood: share,
  }),
  fc.record({
    kind: fc.constant('ge_time'),
    goodMs: fc.integer({ min: 10, max: 5_000 }),
    badMs: fc.integer({ min: 10, max: 500 }),
    lossBad: share,
  }),
);
const anyOutage: fc.Arbitrary<Outage> = fc.record({
  periodMs: fc.integer({ min: 300, max: 5_000 }),
  random: fc.boolean(),
  minMs: fc.integer({ min: 1, max: 100 }),
  maxMs: fc.integer({ min: 100, max: 250 }),
  mode: fc.constantFrom('drop', 'hold'),
});
const anyDirection: fc.Arbitrary<Direction> = fc.record(
  {
    delayMs: fc.integer({ min: 0, max: 150 }),
    jitter: anyJitter,
    loss: anyLoss,
    bottleneck: fc.oneof(
      fc.record({
        kind: fc.constant('rate'),
        kbps: fc.integer({ min: 50, max: 5_000 }),
        queueBytes: fc.integer({ min: 1_500, max: 64_000 }),
      }),
      fc.record({
        kind: fc.constant('trace'),
        opportunitiesMs: fc.constant([5, 5, 12, 40, 90]),
        queueBytes: fc.integer({ min: 1_500, max: 64_000 }),
      }),
    ),
    spike: fc.record({ perSecond: fc.constantFrom(0.3, 3), meanMs: fc.integer({ min: 1, max: 200 }) }),
    outage: anyOutage,
    routeChange: fc.record({
      atMs: fc.integer({ min: 0, max: 2_000 }),
      deltaMs: fc.integer({ min: -50, max: 50 }),
    }),
  },
  { requiredKeys: ['delayMs'] },
);
const anyTraffic: fc.Arbitrary<Packet[]> = fc
  .array(
    fc.record({ gap: fc.integer({ min: 0, max: 60_000 }), bytes: fc.integer({ min: 40, max: 1_500 }) }),
    {
      minLength: 1,
      maxLength: 150,
    },
  )
  .map((gaps) => {
    let at = 0;
    return gaps.map(({ gap, bytes }) => {
      at += gap;
      return { at, bytes };
    });
  });
const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('a link', () => {
  it('without impairment delays everything by exactly its base delay', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), anyTraffic, (delayUs, packets) => {
        for (const { at, arrival } of send({ delayMs: delayUs / 1_000 }, packets)) {
          expect(arrival).toBe(at + delayUs);
        }
      }),
    );
  });

  it('with every impairment at zero does the same', () => {
    const zero: Direction = {
      delayMs: 30,
      jitter: { distribution: 'normal', ms: 0 },
      loss: { kind: 'ge_time', goodMs: 100, badMs: 100, lossBad: 0 },
      routeChange: { atMs: 10, deltaMs: 0 },
    };
    for (const { at, arrival } of send(zero, voice(500))) expect(arrival).toBe(at + ms(30));
  });

  it('keeps packets in order whatever else it does, and never delivers before it was sent', () => {
    fc.assert(
      fc.property(anyDirection, anyTraffic, anySeed, (direction, packets, seed) => {
        let last = 0;
        for (const { at, arrival } of send(direction, packets, seed)) {
          if (arrival === undefined) continue;
          expect(Number.isSafeInteger(arrival)).toBe(true);
          expect(arrival).toBeGreaterThanOrEqual(Math.max(at, last));
          last = arrival;
        }
      }),
    );
  });

  it('lets packets overtake when told to reorder, without changing which are lost', () => {
    const direction: Direction = {
      delayMs: 50,
      jitter: { distribution: 'normal', ms: 30 },
      loss: { kind: 'iid', share: 0.05 },
    };
    const ordered = send(direction, voice(2_000));
    const free = send({ ...direction, reorder: true }, voice(2_000));
    const overtaken = arrivals(free).filter((arrival, index, all) => arrival < (all[index - 1] ?? 0));
    expect(overtaken.length).toBeGreaterThan(100);
    expect(lost(free)).toEqual(lost(ordered));
    // In order is the running maximum of out of order, and nothing else.
    let last = 0;
    const clamped = arrivals(free).map((arrival) => {
      last = Math.max(last, arrival);
      return last;
    });
    expect(arrivals(ordered)).toEqual(clamped);
  });

  it('repeats itself bit for bit with the same seed, and does not with another', () => {
    fc.assert(
      fc.property(anyDirection, anyTraffic, anySeed, (direction, packets, seed) => {
        expect(send(direction, packets, seed)).toEqual(send(direction, packets, seed));
      }),
    );
    const wifi: Direction = { delayMs: 20, jitter: { distribution: 'gamma', ms: 5 } };
    expect(send(wifi, voice(50), 1)).not.toEqual(send(wifi, voice(50), 2));
    expect(send(wifi, voice(50), 1, 'up')).not.toEqual(send(wifi, voice(50), 1, 'down'));
  });

  it('knows no direction: a network written the other way round behaves the other way round', () => {
    const words = [
      'delay=40ms jitter=10ms loss=5%',
      'delay=15ms rate=300kbit queue=4kB outage=3s,200ms,drop',
    ];
    const calls = [words, words.toReversed()].map(([up, down]) => {
      const parsed = parseNetwork(`up:${up} down:${down}`);
      if (!parsed.ok) throw new Error(parsed.reason);
      const { impairment } = parsed;
      return [send(impairment.up, voice(500), 3, 'link'), send(impairment.down, voice(500), 3, 'link')];
    });
    expect(calls[1]).toEqual(calls[0]?.toReversed());
    expect(calls[0]?.[0]).not.toEqual(calls[0]?.[1]);
  });

  it('loses, at a higher share, every packet that it lost at a lower one', () => {
    const shares = fc
      .tuple(share, share)
      .map(([one, two]) => [Math.min(one, two), Math.max(one, two)] as const);
    fc.assert(
      fc.property(shares, anyJitter, anyLoss, anySeed, ([low, high], jitter, loss, seed) => {
        const at = (level: number): Direction => ({ delayMs: 40, jitter, loss: scaled(loss, level) });
        const few = new Set(lost(send(at(low), voice(300), seed)).map((fate) => fate.at));
        const many = new Set(lost(send(at(high), voice(300), seed)).map((fate) => fate.at));
        expect([...few].filter((at) => !many.has(at))).toEqual([]);
      }),
    );
  });

  it('with more loss leaves the delay of the packets that still arrive alone', () => {
    const at = (level: number): Direction => ({
      delayMs: 40,
      jitter: { distribution: 'gamma', ms: 15, correlation: 0.5 },
      loss: { kind: 'iid', share: level },
      reorder: true,
    });
    const clean = new Map(send(at(0), voice(1_000)).map((fate) => [fate.at, fate.arrival]));
    const lossy = send(at(0.2), voice(1_000)).filter(({ arrival }) => arrival !== undefined);
    expect(lossy.length).toBeLessThan(900);
    for (const { at: sent, arrival } of lossy) expect(arrival).toBe(clean.get(sent));
  });

  it('stretches with time: everything twice as long gives everything twice as late', () => {
    const direction = (k: number): Direction => ({
      delayMs: 30 * k,
      jitter: { distribution: 'ou', ms: 10 * k, tauMs: 200 * k },
      loss: { kind: 'ge_time', goodMs: 1_000 * k, badMs: 80 * k, lossBad: 0.5 },
      spike: { perSecond: 0.5 / k, meanMs: 100 * k },
      outage: { periodMs: 4_000 * k, minMs: 50 * k, maxMs: 50 * k, mode: 'hold' },
    });
    const once = send(direction(1), voice(1_000, 20));
    const twice = send(direction(2), voice(1_000, 40));
    for (const [index, { arrival }] of once.entries()) {
      const late = twice[index]?.arrival;
      if (arrival === undefined) expect(late).toBeUndefined();
      else expect(Math.abs((late ?? 0) - 2 * arrival)).toBeLessThanOrEqual(3);
    }
  });

  it('shows the same bad moments to a dense and a sparse sender', () => {
    const direction: Direction = {
      delayMs: 20,
      jitter: { distribution: 'ou', ms: 15, tauMs: 200 },
      loss: { kind: 'ge_time', goodMs: 2_000, badMs: 150, lossBad: 1 },
      spike: { perSecond: 0.5, meanMs: 120 },
      outage: { periodMs: 7_000, random: true, minMs: 50, maxMs: 300, mode: 'hold' },
      reorder: true,
    };
    const dense = new Map(send(direction, voice(30_000, 4)).map((fate) => [fate.at, fate.arrival]));
    const sparse = send(direction, voice(1_200, 100));
    expect(lost(sparse).length).toBeGreaterThan(30);
    for (const { at, arrival } of sparse) expect(arrival).toBe(dense.get(at));
  });

  it("drops at the entrance before it queues: what is lost takes nobody's place", () => {
    const narrow: Direction = {
      delayMs: 0,
      loss: { kind: 'ge_packet', toBad: 1, toGood: 1, lossBad: 1, lossGood: 0 },
      bottleneck: { kind: 'rate', kbps: 80, queueBytes: 3_000 },
    };
    // 1,000 bytes take 100 ms; every other packet of this chain is lost before the queue.
    const packets = [0, 0, 0, 0].map((at) => ({ at, bytes: 1_000 }));
    expect(send(narrow, packets).map(({ arrival }) => arrival)).toEqual([
      undefined,
      ms(100),
      undefined,
      ms(200),
    ]);
  });

  it('holds everything during a hand-over and lets it go together; a cut loses it', () => {
    const outage = { periodMs: 10_000, minMs: 500, maxMs: 500 } as const;
    const held = send({ delayMs: 30, outage: { ...outage, mode: 'hold' } }, voice(300));
    const during = held.filter(({ at }) => at >= seconds(5) && at < seconds(5.5));
    expect(during).toHaveLength(25);
    for (const { arrival } of during) expect(arrival).toBe(seconds(5.5) + ms(30));
    expect(lost(held)).toEqual([]);
    const cut = send({ delayMs: 30, outage: { ...outage, mode: 'drop' } }, voice(300));
    expect(lost(cut).map(({ at }) => at)).toEqual(during.map(({ at }) => at));
  });

  it('follows a change of route, keeping order when the path gets shorter', () => {
    const shorter = send({ delayMs: 50, routeChange: { atMs: 1_000, deltaMs: -30 } }, voice(60, 20));
    const delay = shorter.map(({ at, arrival }) => (arrival ?? 0) - at);
    expect(delay.slice(0, 50).every((each) => each === ms(50))).toBe(true);
    // The packet before arrived at 1,030 ms: the first on the new path would come at 1,020.
    expect(delay.slice(50, 53)).toEqual([ms(30), ms(20), ms(20)]);
    const grid = send({ delayMs: 50, routeChange: { atMs: 400, deltaMs: 10, everyMs: 400 } }, voice(60, 20));
    const levels = [0, 25, 45].map((index) => (grid[index]?.arrival ?? 0) - (grid[index]?.at ?? 0));
    expect(levels).toEqual([ms(50), ms(60), ms(50)]);
  });
});

/** The same loss with its losing state at `level`. */
function scaled(loss: Loss, level: number): Loss {
  if (loss.kind === 'iid') return { ...loss, share: level };
  return loss.kind === 'ge_time'
    ? { ...loss, lossBad: level }
    : { ...loss, lossBad: level, lossGood: level / 2 };
}
