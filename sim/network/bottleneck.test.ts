import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms, seconds } from '#agent/core/time.ts';
import { queueOf } from './bottleneck.ts';
import type { Bottleneck } from './impairment.ts';

const KEY = { seed: 1, name: 'test' };

const anyBottleneck: fc.Arbitrary<Bottleneck> = fc.oneof(
  fc.record({
    kind: fc.constant('rate'),
    kbps: fc.integer({ min: 20, max: 10_000 }),
    queueBytes: fc.integer({ min: 1_500, max: 20_000 }),
  }),
  fc.record({
    kind: fc.constant('trace'),
    opportunitiesMs: fc
      .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 30 })
      .map((gaps) => {
        let at = 1;
        return gaps.map((gap) => {
          at += gap;
          return at;
        });
      }),
    queueBytes: fc.integer({ min: 1_500, max: 20_000 }),
  }),
);
const anyTraffic = fc.array(
  fc.record({ gap: fc.integer({ min: 0, max: 30_000 }), bytes: fc.integer({ min: 1, max: 1_500 }) }),
  { maxLength: 200 },
);

describe('a bottleneck', () => {
  it('loses no byte unseen: what came in is gone, dropped or waiting, at every moment', () => {
    fc.assert(
      fc.property(anyBottleneck, anyTraffic, (bottleneck, traffic) => {
        const queue = queueOf(bottleneck, KEY);
        const accepted: { readonly at: number; readonly bytes: number }[] = [];
        let [now, sent, dropped] = [0, 0, 0];
        for (const { gap, bytes } of traffic) {
          now += gap;
          sent += bytes;
          const at = queue.pass(now, bytes);
          if (at === undefined) dropped += bytes;
          else accepted.push({ at, bytes });
          const gone = accepted.filter((packet) => packet.at <= now);
          const out = gone.reduce((sum, packet) => sum + packet.bytes, 0);
          const waiting = sent - dropped - out;
          // At a constant rate the packet in service is gone in part; a trace counts whole packets.
          const slack = bottleneck.kind === 'rate' ? 1_500 + bottleneck.kbps / 8_000 : 0;
          expect(queue.backlog(now)).toBeLessThanOrEqual(waiting + slack);
          expect(queue.backlog(now)).toBeGreaterThanOrEqual(waiting - slack);
          expect(queue.backlog(now)).toBeLessThanOrEqual(bottleneck.queueBytes);
        }
      }),
    );
  });

  it('lets packets leave in order, after they came, and never faster than it may', () => {
    fc.assert(
      fc.property(anyBottleneck, anyTraffic, (bottleneck, traffic) => {
        const queue = queueOf(bottleneck, KEY);
        let [now, last, bytesOut] = [0, 0, 0];
        for (const { gap, bytes } of traffic) {
          now += gap;
          const at = queue.pass(now, bytes);
          if (at === undefined) continue;
          bytesOut += bytes;
          expect(at).toBeGreaterThanOrEqual(Math.max(now, last));
          last = at;
          if (bottleneck.kind === 'rate') {
            expect(bytesOut).toBeLessThanOrEqual(((at + 1) * bottleneck.kbps) / 8_000);
          }
        }
      }),
    );
  });

  it('sends 1,000 bytes in 8 ms at 1 Mbit/s, one after the other, and drops at the tail', () => {
    const queue = queueOf({ kind: 'rate', kbps: 1_000, queueBytes: 3_000 }, KEY);
    const passed = [0, 0, 0, 0].map((now) => queue.pass(now, 1_000));
    expect(passed).toEqual([ms(8), ms(16), ms(24), undefined]);
    expect(queue.pass(ms(8), 1_000)).toBe(ms(32));
    expect(queue.pass(ms(100), 1_000)).toBe(ms(108));
  });

  it('keeps its rate to the byte over a long time, though times are whole microseconds', () => {
    const queue = queueOf({ kind: 'rate', kbps: 333, queueBytes: 1_000_000_000 }, KEY);
    let last = 0;
    for (let packet = 0; packet < 10_000; packet += 1) last = queue.pass(0, 100) ?? 0;
    expect(last).toBe(Math.round((10_000 * 100 * 8_000) / 333));
  });
});

describe('delivery opportunities', () => {
  const trace = (opportunitiesMs: readonly number[]) =>
    queueOf({ kind: 'trace', opportunitiesMs, queueBytes: 100_000 }, KEY);

  it('carry 1,500 bytes each, of several packets when they wait', () => {
    const queue = trace([10, 20, 30]);
    expect([700, 700, 700, 1_500].map((bytes) => queue.pass(0, bytes))).toEqual([
      ms(10),
      ms(10),
      ms(20),
      ms(30),
    ]);
  });

  it('are lost when nobody waits', () => {
    const queue = trace([10, 20, 30]);
    expect(queue.pass(0, 100)).toBe(ms(10));
    // The rest of the first and the whole second opportunity pass unused.
    expect(queue.pass(ms(21), 1_500)).toBe(ms(30));
    expect(queue.pass(ms(21), 100)).toBe(ms(40));
  });

  it('come again after the last, also after a long silence', () => {
    const queue = trace([3, 10]);
    expect([0, 4, 11, 14].map((at) => queue.pass(ms(at), 1_500))).toEqual(
      [3, 10, 13, 20].map((at) => ms(at)),
    );
    expect(queue.pass(seconds(3_600) + ms(1), 1_500)).toBe(seconds(3_600) + ms(3));
  });

  it('may be several in the same millisecond', () => {
    const queue = trace([5, 5, 9]);
    expect([0, 0, 0].map((at) => queue.pass(at, 1_500))).toEqual([ms(5), ms(5), ms(9)]);
  });
});

describe('an upload through the same bottleneck', () => {
  const shared = (seed: number) =>
    queueOf(
      { kind: 'rate', kbps: 1_000, queueBytes: 128_000, upload: { kbps: 1_500, onMs: 4_000, offMs: 12_000 } },
      { seed, name: 'test' },
    );

  it('makes voice late for a while and loses none of it', () => {
    const queue = shared(1);
    const delays: number[] = [];
    for (let at = 0; at < seconds(120); at += ms(20)) delays.push((queue.pass(at, 140) ?? Number.NaN) - at);
    expect(delays.every((delay) => Number.isInteger(delay))).toBe(true);
    expect(Math.max(...delays)).toBeGreaterThan(ms(500));
    expect(delays.filter((delay) => delay < ms(3)).length).toBeGreaterThan(delays.length / 4);
  });

  it('comes at the same times whoever else sends', () => {
    const [alone, watched] = [shared(2), shared(2)];
    for (let at = 0; at < seconds(60); at += ms(1)) watched.backlog(at);
    expect(alone.backlog(seconds(60))).toBeCloseTo(watched.backlog(seconds(60)), 3);
  });
});
