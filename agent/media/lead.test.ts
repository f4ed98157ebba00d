// The lead as learnt from the microphone's packets: small on a clean network, as large as the lateness
// on a bad one, and unimpressed by people who mute themselves.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../core/time.ts';
import { LeadEstimator } from './lead.ts';

const CHUNK_MS = 16;

/** A microphone on a network: sends chunk after chunk, each as late as the story says. */
class Line {
  readonly lead = new LeadEstimator();
  #sentMs = 0;
  #arrivedMs = 0;
  #count = 0;

  /** Sends for `spanMs`; `lateMs` of the n-th chunk, kept in order as TCP does. */
  sends(spanMs: number, lateMs: (n: number, sentMs: number) => number = () => 0): this {
    for (const endMs = this.#sentMs + spanMs; this.#sentMs < endMs; this.#sentMs += CHUNK_MS) {
      this.#arrivedMs = Math.max(this.#arrivedMs, this.#sentMs + 40 + lateMs(this.#count++, this.#sentMs));
      this.lead.arrived(ms(this.#arrivedMs), 256, 16_000);
    }
    return this;
  }

  /** The microphone is off. */
  pauses(spanMs: number): this {
    this.#sentMs += spanMs;
    return this;
  }

  get leadMs(): number | undefined {
    const us = this.lead.leadUs(false);
    return us === undefined ? undefined : us / 1_000;
  }
}

/** Up to 120 ms late, in no order. */
const jitter = (n: number): number => (n * 37) % 121;
/** Every two seconds nothing passes for 300 ms, and then all that was held up. */
const stall = (_n: number, sentMs: number): number => Math.max(0, 300 - (sentMs % 2_000));

describe('the lead', () => {
  test('is unknown until half a second has been heard', () => {
    const line = new Line();
    expect(line.leadMs).toBeUndefined();
    expect(line.sends(400).leadMs).toBeUndefined();
    expect(line.sends(200).leadMs).toBe(80);
  });

  test('of a clean network is 80 ms, whatever the chunks and rates are', () => {
    for (const [samples, rate, everyUs] of [
      [256, 16_000, 16_000],
      [160, 8_000, 20_000],
      [441, 44_100, 10_000],
      [4_096, 48_000, 85_333],
    ] as const) {
      const lead = new LeadEstimator();
      for (let at = 0; at < seconds(10); at += everyUs) lead.arrived(at, samples, rate);
      expect(lead.leadUs(false), `${samples} at ${rate}`).toBe(ms(80));
    }
  });

  test('of a network with jitter covers the jitter', () => {
    const { leadMs = 0 } = new Line().sends(10_000, jitter);
    // In order, the fastest of two seconds is some 15 ms late itself.
    expect(leadMs).toBeGreaterThanOrEqual(60 + 100);
    expect(leadMs).toBeLessThanOrEqual(60 + 120);
  });

  test('covers stalls that come again and again', () => {
    const { leadMs } = new Line().sends(30_000, stall);
    expect(leadMs).toBeGreaterThanOrEqual(60 + 280);
    expect(leadMs).toBeLessThanOrEqual(60 + 300);
  });

  test('is not worth it for a stall that comes once in half a minute', () => {
    const once = (_n: number, sentMs: number) => (sentMs > 15_000 && sentMs < 15_300 ? 15_300 - sentMs : 0);
    const { leadMs } = new Line().sends(30_000, once);
    expect(leadMs).toBeLessThanOrEqual(100);
  });

  test('grows with how often stalls come, for the same stalls', () => {
    const leads = [10_000, 5_000, 2_500, 1_250].map((everyMs) => {
      const stalls = (n: number, sentMs: number) => Math.max(0, (n % 3) * 60 + 100 - (sentMs % everyMs));
      return new Line().sends(60_000, stalls).leadMs ?? 0;
    });
    expect(leads).toEqual(leads.toSorted((one, other) => one - other));
    expect(leads.at(-1) ?? 0).toBeGreaterThan((leads[0] ?? 0) + 50);
  });

  test('is longer for a client that drops what it has not played, on a bad network only', () => {
    const bad = new Line().sends(30_000, (_n, sentMs) => Math.max(0, 300 - (sentMs % 6_000))).lead;
    expect(bad.leadUs(true) ?? 0).toBeGreaterThan(bad.leadUs(false) ?? 0);
    const good = new Line().sends(30_000).lead;
    expect([good.leadUs(true), good.leadUs(false)]).toEqual([ms(80), ms(80)]);
  });

  test('rises within seconds and falls within minutes', () => {
    const line = new Line().sends(20_000);
    expect(line.leadMs).toBe(80);
    expect(line.sends(5_000, jitter).leadMs).toBeGreaterThanOrEqual(160);
    expect(line.sends(5_000).leadMs).toBeGreaterThanOrEqual(150);
    expect(line.sends(240_000).leadMs).toBe(80);
  });

  test('is a whole number of microseconds from 80 to 400 ms, whatever comes', () => {
    const packet = fc.record({
      gapUs: fc.oneof(fc.nat({ max: 40_000 }), fc.nat({ max: 3_000_000 })),
      samples: fc.integer({ min: 1, max: 8_000 }),
    });
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 200 }), (packets) => {
        const lead = new LeadEstimator();
        let now = 0;
        for (const { gapUs, samples } of packets) {
          now += gapUs;
          lead.arrived(now, samples, 16_000);
          const us = lead.leadUs(samples % 2 === 0) ?? ms(80);
          expect(Number.isSafeInteger(us)).toBe(true);
          expect(us).toBeGreaterThanOrEqual(ms(80));
          expect(us).toBeLessThanOrEqual(ms(400));
        }
      }),
    );
    expect(new Line().sends(20_000, (n) => (n % 50 === 0 ? 900 : 0)).leadMs).toBe(400);
  });
});

describe('what is no lateness', () => {
  test.each([200, 600, 990, 1_010, 5_000, 600_000])('a microphone that pauses for %i ms', (pauseMs) => {
    const line = new Line().sends(1_000);
    for (let count = 0; count < 20; count += 1) {
      line.pauses(pauseMs).sends(1_500);
      expect(line.leadMs, `after pause ${count}`).toBe(80);
    }
  });

  test('a microphone whose clock is not ours, by 300 in a million', () => {
    for (const everyUs of [15_995, 16_005]) {
      const lead = new LeadEstimator();
      for (let n = 0; n < 20_000; n += 1) lead.arrived(n * everyUs, 256, 16_000);
      expect(lead.leadUs(false)).toBe(ms(80));
    }
  });
});
