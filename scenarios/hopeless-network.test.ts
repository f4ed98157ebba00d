// A network on which nothing arrives: the call is over in bounded time, simulated and real, and fails by
// name. Nothing hangs, nothing is made up, and the same holds when only one direction is dead.
import { describe, expect, test } from 'vitest';
import { evaluate } from './kpis/evaluate.ts';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { multiTurn } from './library/multi-turn.ts';
import { singleTurn } from './library/single-turn.ts';
import { play } from './runner/play.ts';
import type { RunRequest } from './runner/run.ts';
import type { Scenario } from './script/scenario.ts';

const WALL_SECONDS_MAX = 5;
/** A minute for each act, and one for the way in: what `sim/world.ts` allows. */
const SECONDS_PER_ACT_MAX = 60;

async function played(
  scenario: Scenario,
  transport: 'websocket' | 'webrtc',
  network: string,
  vendors: Pick<RunRequest, 'vendorNetwork'> = {},
) {
  const seeded = { scenario, world: 'sim', seed: 1, providers: 'prd', ...vendors } as const;
  const request: RunRequest = { ...seeded, network, transport };
  const startedMs = performance.now();
  const outcome = await play(request);
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const { name: origin } = scenario;
  const setup = { origin, world: 'sim', transport, network, providers: 'prd', policy: 'parley' } as const;
  const run = fold(outcome, scenario, vendorPrices());
  return { outcome, wallSeconds, result: evaluate([run], scenario, setup, wallSeconds) };
}

const dead = ['delay=20ms loss=100%', 'delay=20ms up:loss=100%', 'delay=20ms down:loss=100%'];

describe.each(['websocket', 'webrtc'] as const)('over %s', (transport) => {
  describe.each([singleTurn, multiTurn])('$name', (scenario) => {
    test.each(dead)('through %s ends in time and fails', async (network) => {
      const { outcome, result, wallSeconds } = await played(scenario, transport, network);
      expect(outcome.end).toBeOneOf(['timeout', 'deadlock']);
      expect(outcome.detail).toContain('waiting for ready');
      expect(outcome.simulatedSeconds).toBeLessThanOrEqual(
        SECONDS_PER_ACT_MAX * (scenario.caller.acts.length + 1),
      );
      expect(wallSeconds).toBeLessThan(WALL_SECONDS_MAX);
      expect(result.verdict).toBe('fail');
      expect(result.failures.length).toBeGreaterThan(0);
      expect(outcome.facts.filter(({ what }) => what === 'ear.audible' || what === 'speaking')).toEqual([]);
    });
  });

  test('through one that loses nearly everything is bounded as well, and worse than a good one', async () => {
    const bad = await played(singleTurn, transport, 'delay=20ms loss=60%');
    const good = await played(singleTurn, transport, 'delay=20ms');
    expect(bad.wallSeconds).toBeLessThan(WALL_SECONDS_MAX);
    expect(bad.outcome.simulatedSeconds).toBeLessThanOrEqual(
      SECONDS_PER_ACT_MAX * (singleTurn.caller.acts.length + 1),
    );
    expect([good.outcome.end, bad.result.verdict]).toEqual(['finished', 'fail']);
    /** Words of which nothing is missing. */
    const whole = ({ outcome }: typeof bad) =>
      outcome.facts.filter((fact) => fact.what === 'ear.word' && fact.share === 1).length;
    expect(whole(bad)).toBeLessThan(whole(good));
  });
});

test.each(dead)(
  'vendors behind %s are given up by name, and the call goes to its end',
  async (vendorNetwork) => {
    const { outcome, result, wallSeconds } = await played(singleTurn, 'websocket', 'delay=20ms', {
      vendorNetwork,
    });
    expect([outcome.end, result.verdict]).toEqual(['finished', 'fail']);
    expect(wallSeconds).toBeLessThan(WALL_SECONDS_MAX);
    const errors = outcome.facts.filter((fact) => fact.who === 'agent' && fact.what === 'error');
    expect(errors).toContainEqual(
      expect.objectContaining({ stage: 'stt', message: 'Opening handshake has timed out' }),
    );
    expect(outcome.facts.filter(({ who, what }) => who === 'stt' && what === 'connected')).toEqual([]);
  },
);

test('vendors behind a lossy network are reached later, at the same instants each time', async () => {
  const lossy = { vendorNetwork: 'delay=40ms loss=5%' };
  const [first, second] = [
    await played(multiTurn, 'websocket', 'delay=20ms', lossy),
    await played(multiTurn, 'websocket', 'delay=20ms', lossy),
  ];
  expect(first.outcome.end).toBe('finished');
  expect(second.outcome.traceHash).toBe(first.outcome.traceHash);
  const clean = await played(multiTurn, 'websocket', 'delay=20ms', { vendorNetwork: 'delay=40ms' });
  const connected = ({ outcome }: typeof clean) =>
    outcome.facts.find(({ who, what }) => who === 'stt' && what === 'connected')?.t ?? 0;
  expect(connected(first)).toBeGreaterThan(connected(clean));
});
