// Two models as one, beyond what every race does: what is paid for, and how an answer that broke off goes on.
import { describe, expect, test } from 'vitest';
import { PROMPT } from './pair.test-support.ts';
import { ANSWER, llmStage } from './race.test-support.ts';

test('the one that was outrun is paid for: its question, and what it had said', () => {
  const { on, asks } = llmStage([{ firstMs: 250 }], [{ firstMs: 400 }]);
  asks();
  on.run(10_000);
  expect(on.all('hedge.won')).toMatchObject([{ by: 'primary' }]);
  expect(on.all('usage.llm')).toMatchObject([
    { reply: 1, promptTokens: 4, completionTokens: 0, wasted: true },
  ]);
});

describe('an answer that breaks off', () => {
  test.each(['failure', 'stall'] as const)('by %s is gone on with where it stopped', (by) => {
    const { on, asks, text, ends } = llmStage([{ firstMs: 100, breaksAfter: 6, by }], [PROMPT]);
    asks();
    on.run(10_000);
    expect(text()).toBe(ANSWER);
    expect(ends()).toMatchObject([{ kind: 'done', finish: 'stop' }]);
  });

  test('ends with its finished sentences when the second has other words', () => {
    const breaks = { firstMs: 100, breaksAfter: 6 };
    const { on, asks, text, ends } = llmStage([breaks], [], 'hedge', 'From nine to five.');
    asks();
    on.run(10_000);
    expect(text()).toBe('We open at nine. On Sundays ');
    expect(ends()).toMatchObject([{ kind: 'done', finish: 'other' }]);
  });

  test('without a finished sentence is begun anew', () => {
    const breaks = { firstMs: 100, breaksAfter: 2 };
    const { on, asks, text } = llmStage([breaks], [], 'hedge', 'From nine to five.');
    asks();
    on.run(10_000);
    expect(text()).toBe('We open … From nine to five.');
  });
});
