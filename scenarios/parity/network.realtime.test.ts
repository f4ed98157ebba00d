// The same conversation through the same impaired network, on a virtual clock and through the proxy in
// real time: the caller's packets meet the same bad moments, so the story is the same. What cannot be the
// same is the luck of single packets: the worlds differ by tens of microseconds and by a packet here and
// there, so a loss that is drawn packet by packet falls on different ones. How far the stages may be
// apart is therefore said per network, with its reason.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { bargeIn } from '../library/barge-in.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';
import { compare, NOISY, type Tolerance, within } from './compare.ts';

/** A loss costs TCP about a round trip and a half at 80 ms, twice that when the repair is lost too. */
const ONE_LOSS: Tolerance = { ...NOISY, ms: NOISY.ms + 160 };

test.each([
  ['delay=30ms', 'nothing is left to luck', NOISY],
  ['good-wifi', 'its bad moments depend on time alone', NOISY],
  ['delay=40ms jitter=10ms loss=1%', 'a stage may meet a loss in one world only', ONE_LOSS],
])(
  'barge-in through %s is the same in both worlds: %s',
  { timeout: 120_000 },
  async (network, _, tolerance) => {
    const request: RunRequest = { scenario: bargeIn, world: 'sim', seed: 1, providers: 'prd', network };
    const sim = await play(request);
    const loopback = await play({ ...request, world: 'loopback' });
    expect([sim.end, loopback.end], loopback.detail).toEqual(['finished', 'finished']);

    const parity = compare(sim.facts, loopback.facts, bargeIn.probes);
    expect(parity.loopback, 'the order of turn-level facts').toEqual(parity.sim);
    const apart = parity.stages.filter((stage) => !within(stage, tolerance));
    expect(apart, `stages further apart than ${tolerance.ms} ms + ${tolerance.share * 100} %`).toEqual([]);

    const [here, there] = [networkOf(sim.facts), networkOf(loopback.facts)];
    expect([...there.keys()], 'what the network did is told in both').toEqual([...here.keys()]);
    for (const [name, value] of here) {
      const real = there.get(name) ?? Number.NaN;
      // Calls end within a second of each other; the lengths of messages are the same.
      if (name.startsWith('traffic')) expect(Math.abs(real / value - 1), name).toBeLessThan(0.15);
      else expect(Math.abs(real - value), `${name}: ${value} and ${real} ms`).toBeLessThan(tolerance.ms);
    }
  },
);

/** Bytes by direction, and mean delay of the voice in ms. */
function networkOf(facts: readonly Fact[]): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (const fact of facts) {
    if (fact.who !== 'network') continue;
    if (fact.what === 'traffic') figures.set(`traffic ${fact.direction}`, fact.bytes);
    else figures.set(`voice ${fact.direction}`, fact.delayUs / 1_000);
  }
  return figures;
}
