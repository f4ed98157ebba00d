// What the simulated world is worth: the same long conversation with the same seed, on a virtual clock
// and on real sockets in real time, tells the same story with stages of the same length.
import { expect, test } from 'vitest';
import { multiTurn } from '../library/multi-turn.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';
import { compare, NOISY, within } from './compare.ts';

test('multi-turn is the same conversation in both worlds', { timeout: 240_000 }, async () => {
  const request: RunRequest = {
    scenario: multiTurn,
    world: 'sim',
    seed: 1,
    providers: 'prd',
    network: 'loopback',
  };
  const sim = await play(request);
  const loopback = await play({ ...request, world: 'loopback' });
  expect([sim.end, loopback.end], loopback.detail).toEqual(['finished', 'finished']);

  const parity = compare(sim.facts, loopback.facts, multiTurn.probes);
  expect(parity.loopback, 'the order of turn-level facts').toEqual(parity.sim);

  // That they are the same to the word is what `npm run parity` demands on a machine of its own.
  expect(parity.memory.every(({ sim: samples }) => samples.length > 0)).toBe(true);

  const apart = parity.stages.filter((stage) => !within(stage, NOISY));
  expect(apart, `stages further apart than ${NOISY.ms} ms + ${NOISY.share * 100} %`).toEqual([]);
  const whole = parity.stages.find(({ stage }) => stage === 'voice_to_voice');
  expect(whole?.n, 'every act was answered').toBeGreaterThanOrEqual(13);
});
