// Facts of three processes on one clock.
import { expect, test } from 'vitest';
import { FactBook } from './fact-book.ts';

test('the agent’s instants are moved to the begin of its call, lengths stay', () => {
  const book = new FactBook();
  const who = 'agent' as const;
  book.state([
    { session: 'a', atUs: 5_000_250, fact: { t: 100, who, what: 'session.started' } },
    {
      session: 'a',
      atUs: 5_900_030,
      fact: { t: 900_000, who, what: 'vad.stopped', turn: 1, atUs: 700_000, decidedUs: 899_000 },
    },
    { session: 'b', atUs: 7_000_000, fact: { t: 0, who, what: 'session.started' } },
  ]);
  book.state([
    {
      session: 'a',
      atUs: 6_000_500,
      fact: { t: 1_000_000, who, what: 'retry', stage: 'llm', reason: 'timeout', delayUs: 300 },
    },
  ]);
  book.add([{ session: 'a', fact: { t: 5_400_000, who: 'stt', what: 'connected' } }]);
  // The second one was heard soonest after it was stated: the call began at 5,000,030.
  expect(book.of('a')).toEqual([
    { t: 5_000_130, who, what: 'session.started' },
    { t: 5_900_030, who, what: 'vad.stopped', turn: 1, atUs: 5_700_030, decidedUs: 5_899_030 },
    { t: 6_000_030, who, what: 'retry', stage: 'llm', reason: 'timeout', delayUs: 300 },
    { t: 5_400_000, who: 'stt', what: 'connected' },
  ]);
  expect(book.of('nobody')).toEqual([]);
});
