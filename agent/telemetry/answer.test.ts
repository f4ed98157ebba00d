// Where the time of an answer went, fact by fact. That it agrees with the laboratory's own cut is held in
// `scenarios/telemetry.test.ts`.
import { expect, test } from 'vitest';
import { ms } from '../core/time.ts';
import { type Answer, AnswerFold } from './answer.ts';
import { at, exchange } from './rehearsal.test-support.ts';

const answersOf = (facts: Parameters<AnswerFold['take']>[0][]): Answer[] => {
  const fold = new AnswerFold();
  return facts.flatMap((fact) => fold.take(fact) ?? []);
};

test('the stages are the way of the answer, and their sum is the response time', () => {
  const [answer] = answersOf([...exchange(1, 1_000)]);
  expect(answer).toEqual({
    turn: 1,
    reply: 1,
    responseUs: ms(405),
    stages: { endpoint: ms(32), stt: ms(100), llm: ms(150), clause: ms(20), tts: ms(100), output: ms(3) },
  });
});

test('a voice that was ready waits for the end of the turn: that is endpointing', () => {
  const facts = exchange(1, 0).filter(({ what }) => what !== 'turn.committed');
  const index = facts.findIndex(({ what }) => what === 'reply.started');
  facts.splice(index, 0, at(905, { what: 'turn.committed', turn: 1, reply: 1, text: 'when do you open' }));
  const [answer] = answersOf([...facts]);
  expect(answer?.stages).toMatchObject({ endpoint: ms(35), tts: ms(100), output: 0 });
  expect(answer?.responseUs).toBe(ms(405));
});

test('what misses an instant has no breakdown: a typed question, a draft that was not given', () => {
  const typed = exchange(1, 0).filter(({ what }) => !/^(vad|stt)/.test(what));
  expect(answersOf([...typed])).toEqual([]);
  const draft = exchange(1, 0).slice(0, 12);
  expect(answersOf([...draft, at(900, { what: 'discarded', turn: 1, reply: 1 })])).toEqual([]);
});

test('a thousand questions without an answer leave nothing behind that the next one would feel', () => {
  const unanswered = Array.from({ length: 1_000 }, (_, index) =>
    exchange(index + 1, 10_000 * index).slice(0, 8),
  );
  const answers = answersOf([...unanswered.flat(), ...exchange(1_001, 20_000_000)]);
  expect(answers.map(({ turn, responseUs }) => [turn, responseUs])).toEqual([[1_001, ms(405)]]);
});
