// Faults of vendors in whole calls: with a second provider the caller never notices one, and whatever
// fails, every turn has an end. The same calls without a second provider show that the faults are real.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { failoverAndRecovery } from './library/failover-and-recovery.ts';
import { multiTurn } from './library/multi-turn.ts';
import { providerStallLlm, providerStallStt, providerStallTts } from './library/provider-stall.ts';
import { play } from './runner/play.ts';
import type { RunRequest } from './runner/run.ts';
import type { Scenario } from './script/scenario.ts';

const PRICES = vendorPrices();

async function played(scenario: Scenario, request: Partial<RunRequest> = {}) {
  const base = { scenario, world: 'sim', seed: 1, providers: 'prd', network: 'delay=20ms' } as const;
  const outcome = await play({ ...base, ...request });
  const run = fold(outcome, scenario, PRICES);
  const values = (kpi: string) => run.samples.flatMap((sample) => (sample.kpi === kpi ? [sample.value] : []));
  return { outcome, values, sum: (kpi: string) => values(kpi).reduce((sum, value) => sum + value, 0) };
}

test.each([providerStallStt, providerStallLlm, providerStallTts])(
  'a vendor that falls silent is not noticed ($name)',
  async (scenario) => {
    const { values, sum } = await played(scenario);
    expect(sum('unanswered_turns')).toBe(0);
    expect(new Set(values('recovery_rate'))).toEqual(new Set([1]));
    expect(values('failover_ms').length).toBeGreaterThan(0);
    expect(Math.max(...values('failover_ms'))).toBeLessThan(600);
  },
);

test('the same silence without a second provider is', async () => {
  const { values } = await played(providerStallTts, { hedge: 'off' });
  expect(values('recovery_rate')).toContain(0);
  expect(values('failover_ms')).toEqual([]);
});

test('a model that fails twice is left alone, and asked again when it may be well', async () => {
  const { outcome } = await played(failoverAndRecovery);
  const states = outcome.facts.flatMap((fact) =>
    fact.who === 'agent' && fact.what === 'breaker' ? [`${fact.stage} ${fact.provider} ${fact.state}`] : [],
  );
  // The first probe may still meet the fault.
  expect(states.slice(0, 2)).toEqual(['llm primary open', 'llm primary half_open']);
  expect(states.slice(-2)).toEqual(['llm primary half_open', 'llm primary closed']);
});

test('equal seeds give equal calls, hedges and all; second vendors draw their own latencies', async () => {
  const once = await played(multiTurn, { providers: 'published', hedge: 'hedge' });
  const again = await played(multiTurn, { providers: 'published', hedge: 'hedge' });
  expect(once.outcome.traceHash).toBe(again.outcome.traceHash);
  expect(once.sum('hedge_rate')).toBeGreaterThan(0);
  expect(once.sum('wasted_chars')).toBeGreaterThan(0);
});

test('faults of one vendor never leave a caller without an answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), fc.constantFrom('failover', 'hedge'), async (seed, hedge) => {
      const { outcome, values, sum } = await played(multiTurn, { seed, hedge, chaos: 'single' });
      expect(outcome.end).toBe('finished');
      expect([sum('unanswered_turns'), sum('stuck_turns')]).toEqual([0, 0]);
      expect(values('recovery_rate')).not.toContain(0);
    }),
    { numRuns: 12 },
  );
});

const WORST = (['stt', 'llm', 'tts'] as const).flatMap((vendor) =>
  (['http_429', 'stall_before', 'stall_mid', 'cut', 'error_mid'] as const).flatMap((kind) =>
    (['off', 'hedge'] as const).map((hedge) => ({ vendor, kind, hedge })),
  ),
);

test.each(WORST)('$vendor of everybody fails ($kind, hedge $hedge): the caller is told', async (fault) => {
  const { vendor, kind, hedge } = fault;
  const faults = [{ vendor, kind, provider: 'both' as const, turns: [1, 2] }];
  const { outcome, sum } = await played({ ...failoverAndRecovery, faults }, { hedge });
  expect(outcome.facts.some(({ who, what }) => who === vendor && what === 'fault')).toBe(true);
  expect([outcome.end, sum('unanswered_turns'), sum('stuck_turns')]).toEqual(['finished', 0, 0]);
});

test('a call in which there never is a voice is not silent either', async () => {
  const faults = [{ vendor: 'tts', kind: 'http_429', provider: 'both' }] as const;
  const { outcome, sum } = await played({ ...failoverAndRecovery, faults });
  expect([outcome.end, sum('unanswered_turns'), sum('stuck_turns')]).toEqual(['finished', 0, 0]);
  const words = outcome.facts.filter(({ who, what }) => who === 'caller' && what === 'ear.word');
  expect(words).toEqual([]);
});

test('whatever fails, every turn ends, and none of them in silence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), fc.constantFrom('off', 'failover', 'hedge'), async (seed, hedge) => {
      const { outcome, sum } = await played(multiTurn, { seed, hedge, chaos: 'any' });
      expect([outcome.end, sum('unanswered_turns'), sum('stuck_turns')]).toEqual(['finished', 0, 0]);
    }),
    { numRuns: 12 },
  );
});
