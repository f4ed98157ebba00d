// Two traces side by side: the same story, or where it parts; the same stages, or by how much not.
import { describe, expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { compare, NOISY, same, TARGET, within } from './compare.ts';

type Late = { readonly llmMs?: number; readonly offsetMs?: number };

/** One answered question, all times in ms; `llmMs` later at the model, all of it `offsetMs` later. */
function exchange({ llmMs = 0, offsetMs = 0 }: Late = {}): Fact[] {
  const at = (time: number) => (time + offsetMs) * 1_000;
  const later = (time: number) => at(time + llmMs);
  return [
    { t: at(1_000), who: 'caller', what: 'speaking', atUs: at(1_000), act: 0, text: 'When?', role: 'turn' },
    { t: at(1_100), who: 'agent', what: 'vad.started', turn: 1, atUs: at(1_020) },
    { t: at(1_100), who: 'agent', what: 'turn.started', turn: 1 },
    { t: at(2_000), who: 'caller', what: 'spoke', atUs: at(2_000), act: 0 },
    { t: at(2_150), who: 'agent', what: 'vad.stopped', turn: 1, atUs: at(2_020), decidedUs: at(2_020) },
    { t: at(2_150), who: 'agent', what: 'stt.finalize', turn: 1 },
    { t: at(2_300), who: 'agent', what: 'stt.final', turn: 1, text: 'When?' },
    { t: at(2_300), who: 'agent', what: 'turn.committed', turn: 1, reply: 1, text: 'When?' },
    { t: at(2_300), who: 'agent', what: 'llm.request', turn: 1, reply: 1, messages: 2, tokens: 9 },
    { t: later(2_500), who: 'agent', what: 'llm.first_token', reply: 1 },
    { t: later(2_550), who: 'agent', what: 'tts.text', reply: 1, text: 'At nine.' },
    { t: later(2_700), who: 'agent', what: 'tts.first_audio', reply: 1 },
    { t: later(2_700), who: 'agent', what: 'tts.audible', reply: 1 },
    { t: later(2_700), who: 'agent', what: 'reply.started', reply: 1 },
    { t: later(2_700), who: 'agent', what: 'reply.audible', reply: 1 },
    { t: later(2_721), who: 'caller', what: 'ear.audible', atUs: later(2_721), arrivedUs: later(2_720) },
    { t: later(3_500), who: 'agent', what: 'reply.stopped', reply: 1, complete: true },
    { t: later(3_800), who: 'caller', what: 'ear.quiet', atUs: later(3_560) },
  ];
}

const stage = (name: string, sim: readonly Fact[], loopback: readonly Fact[]) =>
  compare(sim, loopback, []).stages.find((one) => one.stage === name);

describe('the story', () => {
  test('is the same when only the clock differs', () => {
    const parity = compare(exchange(), exchange({ llmMs: 40, offsetMs: 3 }), []);
    expect(parity.differsAt).toBeUndefined();
    expect(parity.sim).toEqual(parity.loopback);
    expect(parity.sim[0]).toBe('caller speaking act=0 text=When? role=turn');
  });

  test('leaves out what a clock may move: interim words, packets, vendors', () => {
    const noise: Fact[] = [
      { t: 1, who: 'stt', what: 'connected' },
      { t: 2, who: 'agent', what: 'stt.interim', turn: 1, text: 'Wh' },
      { t: 3, who: 'caller', what: 'underrun' },
    ];
    expect(compare(exchange(), [...noise, ...exchange()], []).differsAt).toBeUndefined();
  });

  test('parts at the first fact with another text', () => {
    const misheard = exchange().map((fact) =>
      fact.what === 'stt.final' && fact.who === 'agent' ? { ...fact, text: 'Then?' } : fact,
    );
    const { differsAt, sim, loopback } = compare(exchange(), misheard, []);
    expect(sim[differsAt ?? -1]).toBe('agent stt.final turn=1 text=When?');
    expect(loopback[differsAt ?? -1]).toBe('agent stt.final turn=1 text=Then?');
  });

  test('parts where one world has stopped', () => {
    const short = exchange().slice(0, -2);
    const { differsAt, sim } = compare(exchange(), short, []);
    expect(sim[differsAt ?? -1]).toBe('agent reply.stopped reply=1 complete=true');
  });

  test('parts where two facts changed places', () => {
    const facts = exchange();
    const swapped = [...facts.slice(0, 3), facts[4], facts[3], ...facts.slice(5)] as Fact[];
    expect(
      compare(facts, swapped, []).differsAt,
      'turn-level facts only: these two are not both',
    ).toBeUndefined();
    const turned = [...facts.slice(0, 6), facts[7], facts[6], ...facts.slice(8)] as Fact[];
    expect(compare(facts, turned, []).differsAt).toBe(4);
  });
});

describe('the stages', () => {
  test('are the medians of each world, and their sum is the whole', () => {
    const sim = exchange();
    const loopback = exchange({ llmMs: 12 });
    expect(stage('llm', sim, loopback)).toMatchObject({ simMs: 200, loopbackMs: 212, n: 1 });
    expect(stage('tts', sim, loopback)).toMatchObject({ simMs: 150, loopbackMs: 150, n: 1 });
    expect(stage('voice_to_voice', sim, loopback)).toMatchObject({ simMs: 721, loopbackMs: 733 });
    const parts = compare(sim, loopback, []).stages.filter(({ stage: name }) => name !== 'voice_to_voice');
    expect(parts.reduce((sum, { simMs }) => sum + (simMs ?? 0), 0)).toBeCloseTo(721, 6);
  });

  test('that nobody reached are unknown, and unknown in one world only is no parity', () => {
    const unanswered = exchange().slice(0, 6);
    const llm = stage('llm', exchange(), unanswered);
    expect(llm).toMatchObject({ simMs: 200, loopbackMs: null });
    expect(llm && within(llm, NOISY)).toBe(false);
    const nowhere = stage('llm', unanswered, unanswered);
    expect(nowhere).toMatchObject({ simMs: null, loopbackMs: null, n: 0 });
    expect(nowhere && within(nowhere, TARGET)).toBe(true);
  });

  test.each([
    [100, 110, true],
    [100, 110.1, false],
    [100, 90, true],
    [100, 89.9, false],
    [0, 5, true],
    [-2, 3.1, true],
    [1_000, 1_055, true],
    [1_000, 1_056, false],
  ])('of %d and %d ms are within 5 ms + 5 %%: %s', (simMs, loopbackMs, holds) => {
    expect(within({ stage: 'llm', simMs, loopbackMs, n: 1 }, TARGET)).toBe(holds);
  });
});

describe('what was remembered', () => {
  const PROBES = [{ act: 0, expects: 'at nine', distance: 1 }];
  const word = (text: string, fromMs: number, tellMs: number): Fact => {
    const onsetUs = fromMs * 1_000;
    return { t: tellMs * 1_000, who: 'caller', what: 'ear.word', text, onsetUs, share: 1 };
  };
  /** The reply with its words at the ear, every statement of the caller's `lateUs` after its sample. */
  const heard = (lateUs: number, words = [word('at', 2_721, 2_900), word('nine', 2_900, 3_200)]): Fact[] => {
    const facts = [...exchange().slice(0, -2), ...words, ...exchange().slice(-2)].map((fact) =>
      fact.who === 'caller' ? { ...fact, t: fact.t + lateUs } : fact,
    );
    facts.splice(-1, 0, { t: 3_500_000, who: 'agent', what: 'context', ...ASSISTANT });
    return facts;
  };
  const ASSISTANT = { role: 'assistant', text: 'At nine.', merged: false } as const;
  const memory = (sim: readonly Fact[], loopback: readonly Fact[]) => compare(sim, loopback, PROBES).memory;

  test('is the same, word by word, though timers fire late', () => {
    const kpis = memory(heard(0), heard(20_000));
    expect(kpis.map(({ kpi }) => kpi)).toEqual(['heard_truncation_words.uninterrupted', 'context_retention']);
    expect(kpis.map(({ sim }) => sim)).toEqual([['0: 0'], ['0: 1']]);
    expect(kpis.map(({ loopback }) => loopback)).toEqual([['0: 0'], ['0: 1']]);
    expect(kpis.every(same)).toBe(true);
  });

  test('differs when one world loses a word', () => {
    const kpis = memory(heard(0), heard(0, [word('nine', 2_900, 3_200)]));
    expect(kpis.map(same)).toEqual([false, false]);
    expect(kpis.map(({ loopback }) => loopback)).toEqual([['0: 1'], ['0: 0']]);
  });

  test('differs when one world measured less', () => {
    const kpis = memory(heard(0), []);
    expect(kpis.map(same)).toEqual([false, false]);
  });
});
