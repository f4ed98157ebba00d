// What vitest may ask of results: that requirements hold, that a run is the same every time, that nothing got
// worse. Each answers with the figures and with the command that shows the failure. What is asked of anything
// else is a mistake in the test, and throws: as a verdict it would pass behind `not`.
import type { GateResult } from '#reports/gate/gate-result.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';
import { gateResultFrom, requestFrom, scenarioResultFrom } from './received.ts';

/** As vitest takes it: the message is told when the verdict is not the one that was expected. */
export type Verdict = { readonly pass: boolean; readonly message: () => string };

/** Every requirement holds: of the scenario, and of the PRD where it was measured. */
export function meetsKpis(received: ScenarioResult): Verdict {
  const { scenario, failures, verdict, runs } = scenarioResultFrom(received);
  const why = failures.map(({ why: reason, replay }) => `${reason}\n  ${replay}`);
  const none = runs === 0 ? ['nothing was played'] : [];
  return {
    pass: verdict === 'pass',
    message: () =>
      verdict === 'pass'
        ? `${scenario}: every requirement holds`
        : [`${scenario}: not every requirement holds`, ...none, ...why].join('\n'),
  };
}

/** Played twice, a second time without what is remembered, it leaves the same trace. */
export async function isDeterministic(received: RunRequest): Promise<Verdict> {
  const request = requestFrom(received);
  const first = await play(request);
  const second = await play({ ...request, interning: false });
  const name = `${request.scenario.name}, seed ${request.seed}`;
  const odd = [first, second].find(({ end }) => end !== 'finished');
  if (odd !== undefined) {
    const message = () => `${name}: a run did not finish (${odd.end}: ${odd.detail})`;
    return { pass: false, message };
  }
  const same = first.traceHash === second.traceHash;
  const at = first.facts.findIndex(
    (fact, index) => JSON.stringify(fact) !== JSON.stringify(second.facts[index]),
  );
  const fact =
    at < 0
      ? 'no fact differs, but what was on the wire'
      : `the first other fact: ${JSON.stringify(first.facts[at])}`;
  return {
    pass: same,
    message: () =>
      same
        ? `${name}: the same trace twice`
        : `${name}: ${first.traceHash}, then ${second.traceHash}; ${fact}`,
  };
}

/** Nothing got worse than the baseline. `received`: a result, or the path of a `result.json`. */
export function passesGate(received: GateResult | string): Verdict {
  const { verdict, failures } = gateResultFrom(received);
  const why = failures.map(({ cell, why: reason, replay }) => `${cell}: ${reason}\n  ${replay}`);
  return {
    pass: verdict === 'pass',
    message: () => (verdict === 'pass' ? 'nothing got worse' : ['the gate is closed', ...why].join('\n')),
  };
}
