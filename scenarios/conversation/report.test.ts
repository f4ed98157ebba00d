// The report of a conversation adds up: stages to the answer, turns to the bill, messages to what the
// model was asked; and every figure leads to the samples that it is.
import { beforeAll, expect, test } from 'vitest';
import type { Call, ConversationReport } from '#reports/conversation/conversation-report.ts';
import { figureOf } from '#reports/result.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { conversationReport, type Material, worstSeeds } from './assemble.ts';
import { materialOf, reportOf } from './played.test-support.ts';

let material: Material;
let report: ConversationReport;
beforeAll(async () => {
  material = await materialOf({ name: 'multi-turn' });
  report = conversationReport(material);
}, 60_000);

const onlyCall = (): Call => {
  const [call] = report.calls;
  if (call === undefined) throw new Error('the report has no call');
  return call;
};

test('the stages of every answer add up to it, to the microsecond', () => {
  const answered = report.worst.filter(({ answerUs }) => answerUs !== null);
  expect(answered.length).toBeGreaterThan(10);
  for (const { stages, answerUs, act } of answered) {
    if (stages.length > 0)
      expect(
        stages.reduce((sum, { us }) => sum + us, 0),
        `turn ${act}`,
      ).toBe(answerUs);
  }
  expect(answered.filter(({ stages }) => stages.length > 0).length).toBeGreaterThan(10);
});

test('the slowest answer is first, and it is the maximum of the result', () => {
  const slowest = report.worst.filter(({ flags }) => flags.length === 0).map(({ answerUs }) => answerUs ?? 0);
  expect(slowest).toEqual([...slowest].sort((one, other) => other - one));
  const samples = material.runs[0]?.samples.filter(({ kpi }) => kpi === 'voice_to_voice_ms') ?? [];
  const longest = Math.max(...samples.map(({ value }) => value));
  expect(Math.max(...report.worst.map(({ answerUs }) => (answerUs ?? 0) / 1_000))).toBeCloseTo(longest, 6);
});

test('the turns together, with what none of them caused, cost what the call cost', () => {
  const { turns, ownCost } = onlyCall();
  for (const vendor of ['stt', 'llm', 'tts'] as const) {
    const sum = turns.reduce((total, { cost }) => total + (cost[vendor] ?? 0), ownCost[vendor] ?? 0);
    expect(sum, vendor).toBeCloseTo(report.result.cost[vendor] ?? Number.NaN, 9);
  }
});

test('what the model saw is as many messages as the agent says it sent, the newest the caller’s', () => {
  const { turns, messages } = onlyCall();
  expect(turns.length).toBe(14);
  for (const { request, recognised } of turns) {
    // All but the system prompt, which the trace does not state.
    expect(request?.seen.length).toBe((request?.messages ?? 0) - 1);
    const last = messages[request?.seen.at(-1) ?? -1];
    expect(last?.role).toBe('user');
    expect(last?.text.replaceAll(/\s+/g, ' ')).toContain(recognised);
  }
});

test('each percentile is a sample, and the sample names the turn', () => {
  const kpi = report.result.kpis['voice_to_voice_ms'];
  const { samples = [] } = report.evidence['voice_to_voice_ms'] ?? {};
  for (const name of ['p50', 'p95', 'p99'] as const) {
    const sample = samples.find(({ is }) => is.includes(name));
    expect(sample?.value).toBe(figureOf(kpi, name));
    const turn = onlyCall().turns.find(({ act }) => act === sample?.act);
    expect((turn?.answerUs ?? 0) / 1_000).toBeCloseTo(sample?.value ?? 0, 6);
  }
});

test('every lane from the mouth to the ear is drawn, and nothing ends before it begins', () => {
  const { lanes, endUs } = onlyCall();
  const ids = lanes.map(({ id }) => id);
  for (const id of ['mouth', 'vad', 'transcript', 'decision', 'stt', 'llm', 'tts', 'sent', 'ear', 'word']) {
    expect(ids).toContain(id);
  }
  for (const { id, spans, marks } of lanes) {
    for (const span of spans) expect(span.untilUs, `${id} ${span.label}`).toBeGreaterThanOrEqual(span.fromUs);
    const latest = Math.max(0, ...spans.map(({ untilUs }) => untilUs), ...marks.map(({ atUs }) => atUs));
    expect(latest).toBeLessThanOrEqual(endUs);
  }
});

test('an answer leads from the mouth over the model and the voice to the ear', () => {
  const flow = onlyCall().flows.find(({ act }) => act === 0);
  expect(flow?.points.map(({ lane }) => lane)).toEqual(['mouth', 'llm', 'tts', 'sent', 'ear']);
});

test('equal runs give an equal report', async () => {
  expect(JSON.stringify(await reportOf({ name: 'multi-turn' }))).toBe(JSON.stringify(report));
}, 60_000);

test('of many runs the calls with the worst turns are shown, each played as it was', async () => {
  const many = await materialOf({ name: 'single-turn', runs: 9 });
  const { calls, worst, result } = conversationReport(many);
  expect(result.runs).toBe(9);
  expect(calls.map(({ seed }) => seed)).toEqual(worstSeeds(many.runs, many.scenario));
  expect(calls.length).toBe(5);
  expect(worst[0]?.seed).toBe(calls[0]?.seed);
  for (const { seed, turns } of calls) {
    const own = many.runs.find((run) => run.seed === seed)?.samples ?? [];
    const answer = own.find(({ kpi }) => kpi === 'voice_to_voice_ms')?.value;
    expect((turns[0]?.answerUs ?? 0) / 1_000).toBeCloseTo(answer ?? Number.NaN, 6);
    expect(turns[0]?.heard).not.toBeNull();
  }
}, 60_000);

test('facts of kinds that nobody knows become instants with their fields', () => {
  const strange = [
    { t: 900_000, who: 'agent', what: 'dreamed', of: 'sheep', count: 3 },
    { t: 910_000, who: 'caller', what: 'sneezed', atUs: 905_000 },
    { t: 920_000, who: 'network', what: 'handover', direction: 'up' },
    { t: 930_000, who: 'weather', what: 'rained' },
    { t: 940_000, who: 'tts', what: 'hummed', request: 'not a number' },
  ] as unknown as readonly Fact[];
  const [trace] = material.traces;
  const facts = [...strange, ...(trace?.facts ?? [])];
  const odd = conversationReport({ ...material, traces: [{ seed: 1, facts }] });
  const marks = odd.calls[0]?.lanes.flatMap(({ id, marks }) => marks.map((mark) => ({ id, ...mark }))) ?? [];
  expect(marks.find(({ label }) => label === 'dreamed')).toMatchObject({
    id: 'other',
    note: 'of sheep, count 3',
  });
  expect(marks.find(({ label }) => label === 'sneezed')).toMatchObject({ id: 'mouth' });
  expect(marks.find(({ label }) => label === 'handover up')).toMatchObject({ id: 'network' });
  expect(marks.find(({ label }) => label === 'rained')).toMatchObject({ id: 'other' });
  expect(marks.find(({ label }) => label === 'hummed')).toMatchObject({ id: 'tts' });
});

test('a run without any facts has a report all the same', () => {
  const empty = conversationReport({ ...material, traces: [{ seed: 1, facts: [] }] });
  expect(empty.calls[0]).toMatchObject({ endUs: 0, lanes: [], turns: [], flows: [] });
});
