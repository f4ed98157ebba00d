// Our own client with a real codec on real sockets: every frame is encoded, sent, received and decoded by
// the agent and by the client, and the conversation is understood; and in the virtual world, where a frame
// is only weighed, the same codec takes the same part of the line.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { evaluate } from './kpis/evaluate.ts';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { singleTurn } from './library/single-turn.ts';
import { play } from './runner/play.ts';
import type { RunRequest } from './runner/run.ts';

const BASE: RunRequest = {
  scenario: singleTurn,
  world: 'sim',
  client: 'parley',
  seed: 1,
  providers: 'prd',
  network: 'loopback',
};

test.each([
  ['opus', 60],
  ['mulaw', 90],
] as const)(
  '%s: all words are understood, both ways, below %i kbit/s',
  { timeout: 60_000 },
  async (codec, kbps) => {
    const request = { ...BASE, codec };
    const sim = await play(request);
    const real = await play({ ...request, world: 'loopback' });
    expect([sim.end, real.end], real.detail).toEqual(['finished', 'finished']);
    const setup = { origin: 'single-turn', ...request, transport: 'websocket', policy: 'parley' };
    const { kpis } = evaluate([fold(real, singleTurn, vendorPrices())], singleTurn, setup, 1);
    expect(kpis.wer).toMatchObject({ value: 0 });
    expect(heard(real.facts)).toEqual(heard(sim.facts));
    for (const direction of ['up', 'down'] as const) {
      expect(kpis[`bandwidth_kbps.${direction}`]).toMatchObject({ target: '< 100', verdict: 'pass' });
      const [here, there] = [rateOf(sim.facts, direction), rateOf(real.facts, direction)];
      expect(there, `${direction} in kbit/s`).toBeLessThan(kbps);
      // Calls end within a second of each other, and the agent's share of the time is another one.
      expect(Math.abs(there / here - 1), `${here} and ${there} kbit/s ${direction}`).toBeLessThan(0.15);
    }
  },
);

/** The words at the caller's ear; one that a busy machine broke in two is stated again with its onset. */
function heard(facts: readonly Fact[]): readonly string[] {
  const words = new Map<number, string>();
  for (const fact of facts) {
    if (fact.who === 'caller' && fact.what === 'ear.word') words.set(fact.onsetUs, fact.text);
  }
  return [...words.values()];
}

/** kbit/s over the whole call, all headers included. */
function rateOf(facts: readonly Fact[], direction: 'up' | 'down'): number {
  for (const fact of facts) {
    if (fact.who !== 'network' || fact.what !== 'traffic' || fact.direction !== direction) continue;
    return (fact.bytes * 8_000) / fact.t;
  }
  return Number.NaN;
}
