// All calls of a process, as an operator sees them.
import { expect, test } from 'vitest';
import { Board } from './board.ts';
import type { CallState } from './call-view.ts';
import { at, exchange, PRICES } from './rehearsal.test-support.ts';

const about = (id: string) => ({ id, transport: 'websocket', epochMs: 1_000_000, prices: PRICES });

test('one sees what each call is doing', () => {
  const call = new Board().begin(about('a'));
  const states: CallState[] = [call.row(0).state];
  const facts = [
    at(0, { what: 'client.ready' }),
    ...exchange(1, 100),
    at(3_200, { what: 'client.left', reason: 'cut' }),
    at(4_000, { what: 'client.back', awayUs: 1 }),
  ];
  for (const fact of facts) {
    call.take(fact);
    const { state } = call.row(0);
    if (state !== states.at(-1)) states.push(state);
  }
  expect(states).toEqual([
    'connecting',
    'listening',
    'hearing',
    'listening',
    'thinking',
    'speaking',
    'listening',
    'away',
    'listening',
  ]);
});

test('the sums hold calls that are over and calls that go on', () => {
  const board = new Board();
  const [one, other] = [board.begin(about('a')), board.begin(about('b'))];
  for (const fact of exchange(1, 0)) one.take(fact);
  one.take(at(4_000, { what: 'session.ended', reason: 'the client left' }));
  one.end(1_004_000);
  one.end(1_009_000);
  for (const fact of [...exchange(1, 0), ...exchange(2, 5_000)]) other.take(fact);
  const { running, ended, totals, response, stages } = board.summary(1_010_000);
  expect(running.map(({ id, turns, seconds }) => [id, turns, seconds])).toEqual([['b', 2, 10]]);
  expect(ended.map(({ id, turns, seconds, end }) => [id, turns, seconds, end])).toEqual([
    ['a', 1, 4, 'the client left'],
  ]);
  expect(totals).toMatchObject({ calls: 2, turns: 3, sttSeconds: 3, tokens: 192, characters: 24 });
  expect(response).toEqual({ n: 3, p50: 405, p95: 405, last: 405 });
  expect(stages.llm?.p95).toBe(150);
});

test('errors are named by stage and reason, without the words of whoever failed', () => {
  const board = new Board();
  const call = board.begin(about('a'));
  const message = 'the caller said: my card is 4111';
  call.take(at(500, { what: 'error', stage: 'llm', reason: 'timeout', message, fatal: false }));
  expect(call.row(0)).toMatchObject({ errors: 1, lastError: 'llm timeout' });
  expect(board.summary(0).errors).toEqual([
    { atMs: 1_000_500, call: 'a', stage: 'llm', reason: 'timeout', fatal: false },
  ]);
  expect(JSON.stringify(board.summary(0))).not.toContain('4111');
});

test('nothing that was said is in the picture, and it does not grow with calls that are over', () => {
  const board = new Board();
  for (let index = 0; index < 200; index += 1) {
    const call = board.begin(about(`call-${index}`));
    for (const fact of exchange(1, 0)) call.take(fact);
    call.end(1_010_000);
  }
  const text = JSON.stringify(board.summary(1_010_000));
  expect(text).not.toMatch(/nine|open/);
  expect(text.length).toBeLessThan(15_000);
  expect(board.summary(0).ended[0]?.id).toBe('call-199');
});
