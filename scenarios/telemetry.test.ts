// The live agent's own figures against the laboratory's. Both read the same facts, so for the same answer
// they must find the same stages, to the microsecond. Only the laboratory hears the caller's ear.
import { expect, test } from 'vitest';
import { ANSWER_STAGES, AnswerFold } from '#agent/telemetry/answer.ts';
import { conversationOf } from './kpis/conversation.ts';
import { vendorPrices } from './kpis/price.ts';
import { samplesOf } from './kpis/registry.ts';
import { bargeIn } from './library/barge-in.ts';
import { multiTurn } from './library/multi-turn.ts';
import { play } from './runner/play.ts';

test.each([
  ['multi-turn', multiTurn],
  ['barge-in', bargeIn],
])('%s: the stages of each answer are those of the laboratory', async (_, scenario) => {
  const outcome = await play({ world: 'sim', scenario, providers: 'prd', network: 'delay=20ms', seed: 1 });
  expect(outcome.end).toBe('finished');
  const fold = new AnswerFold();
  const answers = outcome.facts.flatMap((fact) => (fact.who === 'agent' ? (fold.take(fact) ?? []) : []));
  const samples = [...samplesOf(conversationOf(outcome, scenario, vendorPrices()))];
  const measured = (kpi: string) => samples.flatMap((sample) => (sample.kpi === kpi ? [sample.value] : []));
  const responses = answers.map(({ responseUs }) => responseUs / 1_000);
  expect(responses.length).toBeGreaterThan(1);
  expect(responses).toEqual(expect.arrayContaining(measured('agent_response_ms')));
  for (const stage of ANSWER_STAGES.filter((one) => one !== 'output')) {
    const ours = answers.map(({ stages }) => stages[stage] / 1_000);
    expect(ours, stage).toEqual(expect.arrayContaining(measured(`stage.${stage}_ms`)));
  }
  for (const { responseUs, stages } of answers) {
    expect(ANSWER_STAGES.reduce((sum, stage) => sum + stages[stage], 0)).toBe(responseUs);
  }
});
