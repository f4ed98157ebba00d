// Every random process against its closed form, with fixed seeds. Tolerances are three or four
// standard errors of the sample, so that a wrong constant fails and another seed would not.
import { describe, expect, it } from 'vitest';
import { ms } from '#agent/core/time.ts';
import { burstLoss } from './burst.ts';
import { Drift } from './drift.ts';
import { Episodes } from './episode.ts';
import { fadingTrace } from './fading.ts';
import type { Jitter, Loss } from './impairment.ts';
import { jitterProcess } from './jitter.ts';
import { lossProcess } from './loss.ts';
import { Noise } from './noise.ts';
import { gammaQuantile, normalShare, paretoScore } from './spread.ts';

const KEY = { seed: 20_260, name: 'test' };
const COUNT = 200_000;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
function correlation(values: readonly number[], lag: number): number {
  const middle = mean(values);
  const products = values
    .slice(lag)
    .map((value, index) => (value - middle) * ((values[index] ?? 0) - middle));
  return mean(products) / deviation(values) ** 2;
}

describe('noise', () => {
  it('is uniform, exponential and normal by its moments, and without memory', () => {
    const noise = new Noise(KEY, 'moments');
    const flat = Array.from({ length: COUNT }, () => noise.uniform());
    expect(mean(flat)).toBeCloseTo(0.5, 2);
    expect(deviation(flat)).toBeCloseTo(Math.sqrt(1 / 12), 2);
    expect(Math.abs(correlation(flat, 1))).toBeLessThan(0.01);
    const exponential = Array.from({ length: COUNT }, () => noise.exponential());
    expect(Math.abs(mean(exponential) - 1)).toBeLessThan(0.01);
    const normal = Array.from({ length: COUNT }, () => noise.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(0.01);
    expect(Math.abs(deviation(normal) - 1)).toBeLessThan(0.01);
    expect(mean(normal.map((each) => (Math.abs(each) > 1.959964 ? 1 : 0)))).toBeCloseTo(0.05, 2);
  });

  it('of another purpose, name or seed is unrelated', () => {
    const first = (seed: number, name: string, purpose: string) =>
      new Noise({ seed, name }, purpose).uniform();
    const draws = [first(1, 'a', 'x'), first(2, 'a', 'x'), first(1, 'b', 'x'), first(1, 'a', 'y')];
    expect(new Set(draws).size).toBe(4);
    // Seeds next to each other do not resemble each other.
    const bySeed = Array.from({ length: 20_000 }, (_, seed) => first(seed, 'a', 'x'));
    expect(Math.abs(correlation(bySeed, 1))).toBeLessThan(0.03);
    expect(mean(bySeed)).toBeCloseTo(0.5, 1);
  });
});

function lostRuns(loss: Loss, spacingMs = 20): { readonly share: number; readonly burst: number } {
  const process = lossProcess(loss, KEY);
  let lost = 0;
  let runs = 0;
  let before = false;
  for (let packet = 0; packet < COUNT * 5; packet += 1) {
    const now = process.drops(ms(packet * spacingMs));
    if (now) lost += 1;
    if (now && !before) runs += 1;
    before = now;
  }
  return { share: lost / (COUNT * 5), burst: lost / runs };
}

describe('loss', () => {
  it('independent: the share asked for, in runs of 1/(1 - p)', () => {
    const { share, burst } = lostRuns({ kind: 'iid', share: 0.05 });
    expect(Math.abs(share - 0.05)).toBeLessThan(0.001);
    expect(burst).toBeCloseTo(1 / 0.95, 2);
  });

  it('Gilbert-Elliott per packet: stationary share and mean burst 1/r', () => {
    const model = { kind: 'ge_packet', toBad: 0.010526, toGood: 0.2, lossBad: 1, lossGood: 0 } as const;
    const { share, burst } = lostRuns(model);
    expect(Math.abs(share - 0.05)).toBeLessThan(0.002);
    expect(Math.abs(burst - 5)).toBeLessThan(0.15);
    const both = lostRuns({ ...model, lossBad: 0.6, lossGood: 0.01 });
    expect(Math.abs(both.share - (0.05 * 0.6 + 0.95 * 0.01))).toBeLessThan(0.002);
  });

  it('Gilbert-Elliott in time: the share of bad time times its loss, whatever the sender does', () => {
    const model = { kind: 'ge_time', goodMs: 4_000, badMs: 80, lossBad: 0.6 } as const;
    const expected = (80 / 4_080) * 0.6;
    for (const spacingMs of [4, 20, 100]) {
      expect(Math.abs(lostRuns(model, spacingMs).share / expected - 1)).toBeLessThan(
        spacingMs < 20 ? 0.12 : 0.06,
      );
    }
  });

  it('Gilbert-Elliott in time begins as bad as it goes on, or short calls would be the luckier ones', () => {
    const model = { kind: 'ge_time', goodMs: 400, badMs: 100, lossBad: 1 } as const;
    let lost = 0;
    for (let seed = 0; seed < 5_000; seed += 1) {
      if (lossProcess(model, { seed, name: 'test' }).drops(0)) lost += 1;
    }
    expect(Math.abs(lost / 5_000 - 0.2)).toBeLessThan(0.02);
  });

  it.each([
    [0.02, 3],
    [0.05, 5],
    [0.2, 2],
  ])('in bursts: share %d and mean run %d at the spacing of voice, exactly', (share, burst) => {
    const found = lostRuns(burstLoss(share, burst, 20));
    expect(Math.abs(found.share / share - 1)).toBeLessThan(0.05);
    expect(Math.abs(found.burst / burst - 1)).toBeLessThan(0.04);
  });

  it('in bursts no longer than chance gives is independent loss', () => {
    expect(burstLoss(0.02, 1, 20)).toEqual({ kind: 'iid', share: 0.02 });
    expect(burstLoss(1, 50, 20)).toEqual({ kind: 'iid', share: 1 });
  });
});

function extras(jitter: Jitter, count = COUNT): number[] {
  const process = jitterProcess(jitter, KEY);
  return Array.from({ length: count }, (_, index) => process.sample(ms(index * 20)) / 1_000);
}

describe('jitter', () => {
  const cases = [
    { distribution: 'normal', mean: 0, sd: 10 },
    { distribution: 'uniform', mean: 0, sd: 10 / Math.sqrt(3) },
    // Mean j, shape 2: deviation j/√2.
    { distribution: 'gamma', mean: 10, sd: 10 / Math.SQRT2 },
  ] as const;

  it.each(cases)('$distribution has its mean and deviation', ({ distribution, mean: centre, sd }) => {
    const values = extras({ distribution, ms: 10 });
    expect(Math.abs(mean(values) - centre)).toBeLessThan(0.1);
    expect(Math.abs(deviation(values) - sd)).toBeLessThan(0.1);
    expect(Math.abs(correlation(values, 1))).toBeLessThan(0.01);
  });

  it('pareto has the quantiles of shape 3, and ends at 8 deviations', () => {
    const values = extras({ distribution: 'pareto', ms: 10 }).sort((left, right) => left - right);
    for (const u of [0.1, 0.5, 0.9, 0.99]) {
      expect(Math.abs((values[Math.floor(u * COUNT)] ?? 0) - 10 * paretoScore(u))).toBeLessThan(
        0.05 / (1 - u) ** 1.1,
      );
    }
    expect(values.at(-1)).toBe(80);
    expect(values[0]).toBeCloseTo((10 * (1 - 1.5)) / Math.sqrt(0.75), 2);
  });

  it('correlated keeps the shape and adds the memory', () => {
    for (const { distribution, mean: centre, sd } of cases) {
      const values = extras({ distribution, ms: 10, correlation: 0.8 });
      expect(Math.abs(mean(values) - centre)).toBeLessThan(0.3);
      expect(Math.abs(deviation(values) - sd)).toBeLessThan(0.2);
      expect(Math.abs(correlation(values, 1) - 0.8)).toBeLessThan(0.05);
    }
  });

  it('drifting delays only, by the upper half of a normal', () => {
    const values = extras({ distribution: 'ou', ms: 15, tauMs: 200 });
    expect(Math.min(...values.slice(0, 10_000))).toBe(0);
    // Mean of the upper half: sd/√(2π).
    expect(Math.abs(mean(values) - 15 / Math.sqrt(2 * Math.PI))).toBeLessThan(0.3);
  });

  it('is bent by functions that are what they say', () => {
    expect(normalShare(0)).toBeCloseTo(0.5, 6);
    expect(normalShare(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalShare(-3)).toBeCloseTo(0.0013499, 6);
    for (const u of [0, 1e-9, 0.01, 0.5, 0.9, 0.999999]) {
      const y = gammaQuantile(u);
      expect(1 - (1 + y) * Math.exp(-y)).toBeCloseTo(u, 9);
    }
  });
});

describe('a drift', () => {
  it('has deviation 1 and forgets by exp(-dt/tau)', () => {
    const drift = new Drift(ms(200), KEY);
    const values = Array.from({ length: COUNT }, (_, index) => drift.at(ms(index * 20)));
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(deviation(values) - 1)).toBeLessThan(0.02);
    for (const lag of [1, 5, 10, 20]) {
      expect(Math.abs(correlation(values, lag) - Math.exp((-lag * 20) / 200))).toBeLessThan(0.025);
    }
  });

  it('is a function of time: who asks more often sees the same', () => {
    const often = new Drift(ms(300), KEY);
    const seen = new Map(Array.from({ length: 10_000 }, (_, at) => [ms(at), often.at(ms(at))]));
    const seldom = new Drift(ms(300), KEY);
    for (let at = 0; at < ms(10_000); at += ms(37)) expect(seldom.at(at)).toBe(seen.get(at));
  });
});

describe('episodes', () => {
  const shareOfTime = (episodes: Episodes, stepMs: number, steps: number): number => {
    let inside = 0;
    for (let step = 0; step < steps; step += 1) {
      const now = ms(step * stepMs);
      if (episodes.until(now) > now) inside += 1;
    }
    return inside / steps;
  };

  it('of spikes cover 1 - exp(-rate × mean) of the time', () => {
    const episodes = Episodes.spikes({ perSecond: 0.3, meanMs: 120 }, KEY);
    expect(Math.abs(shareOfTime(episodes, 5, 4_000_000) / (1 - Math.exp(-0.036)) - 1)).toBeLessThan(0.05);
  });

  it('on a grid begin half a period in, and come on time', () => {
    const outage = { periodMs: 10_000, minMs: 500, maxMs: 500, mode: 'drop' } as const;
    const episodes = Episodes.outages(outage, KEY);
    expect(episodes.until(ms(4_999))).toBe(0);
    expect(episodes.until(ms(5_000))).toBe(ms(5_500));
    expect(episodes.until(ms(14_999))).toBe(ms(5_500));
    expect(episodes.until(ms(15_000))).toBe(ms(15_500));
  });

  it('at random have the mean spacing asked for and lengths from end to end', () => {
    const outage = { periodMs: 10_000, random: true, minMs: 30, maxMs: 100, mode: 'hold' } as const;
    const share = shareOfTime(Episodes.outages(outage, KEY), 5, 4_000_000);
    expect(Math.abs(share / 0.0065 - 1)).toBeLessThan(0.1);
  });
});

describe('a fading trace', () => {
  it('has about the mean rate, pauses and bursts, and is the same every time', () => {
    const fading = { seed: 3, seconds: 600, meanKbps: 3_000, spread: 0.9, tauMs: 500 };
    const trace = fadingTrace(fading);
    expect(trace).toEqual(fadingTrace(fading));
    expect(Math.abs((trace.length * 12) / 600 / 3_000 - 1)).toBeLessThan(0.15);
    const perSecond = Array.from({ length: 600 }, () => 0);
    for (const at of trace)
      perSecond[Math.min(599, Math.floor(at / 1_000))] =
        (perSecond[Math.min(599, Math.floor(at / 1_000))] ?? 0) + 1;
    expect(Math.max(...perSecond)).toBeGreaterThan(8 * Math.min(...perSecond));
    expect(trace.at(-1)).toBe(600_000);
  });
});
