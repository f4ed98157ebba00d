// What is the same for two models and for two voices: who is asked when, who is listened to, and that every
// answer has exactly one end, whatever the two do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEVER, PROMPT, REFUSES } from './pair.test-support.ts';
import type { HedgeMode } from './policy.ts';
import { ANSWER, llmStage, scheduleOf, ttsStage } from './race.test-support.ts';

describe.each([
  { stage: 'llm', set: llmStage },
  { stage: 'tts', set: ttsStage },
])('two providers of $stage', ({ stage, set }) => {
  test('where the first is prompt it is all that is asked', () => {
    const { on, asks, asked, text } = set([PROMPT], []);
    asks();
    on.run(10_000);
    expect([text(), asked(), on.facts]).toEqual([ANSWER, [1, 0], []]);
  });

  test('past the deadline the second is asked as well, and the first to answer is listened to', () => {
    const { on, asks, text, live, firstMs } = set([{ firstMs: 900 }], [PROMPT]);
    asks();
    on.run(10_000);
    expect([text(), firstMs(), live()]).toEqual([ANSWER, 300, [0, 0]]);
    expect(on.all('hedged')).toMatchObject([{ stage, reply: 1, by: 'deadline', provider: 'second' }]);
    expect(on.all('hedge.won')).toMatchObject([{ stage, reply: 1, by: 'second' }]);
  });

  test('a refusal is answered at once by the second, and costs nothing', () => {
    const { on, asks, text, firstMs } = set([REFUSES], [PROMPT], 'failover');
    asks();
    on.run(10_000);
    expect([text(), firstMs()]).toEqual([ANSWER, 105]);
    expect([on.all('usage.llm'), on.all('usage.tts')]).toEqual([[], []]);
    expect(on.all('hedged')).toMatchObject([{ stage, by: 'failure' }]);
  });

  test('for failing over, silence is waited for much longer than for a hedge', () => {
    const { on, asks, firstMs } = set([NEVER], [PROMPT], 'failover');
    asks();
    on.run(10_000);
    expect(firstMs()).toBe(1_600);
  });

  test('after two failures the first is left alone for a while, then tried again', () => {
    const { on, one, asks, asked } = set([REFUSES, REFUSES], []);
    for (const [index, atMs] of [0, 1_000, 2_000, 8_000].entries()) {
      on.run(atMs);
      asks(index + 1);
    }
    on.run(20_000);
    expect(on.all('breaker').map(({ provider, state }) => `${provider} ${state}`)).toEqual([
      'primary open',
      'primary half_open',
      'primary closed',
    ]);
    expect([asked()[0], one.started]).toEqual([3, 1]);
  });

  test('nothing follows a cancel, and nobody goes on', () => {
    const { on, asks, of, live } = set([{ firstMs: 900 }], [{ firstMs: 900 }]);
    asks();
    on.run(300);
    on.session.cancel(on.now, 1);
    on.run(20_000);
    expect([of(1), live()]).toEqual([[], [0, 0]]);
  });

  const modes = fc.constantFrom<HedgeMode>('hedge', 'failover');
  // Between the pieces of a text; a question to a model comes in one.
  const paces = fc.constantFrom(0, 20, 400);
  const ask = ({ asks }: { asks: (id?: number, everyMs?: number) => void }, id: number, everyMs: number) =>
    asks(id, everyMs);

  test('whatever both do, an answer has exactly one end and nothing follows it', () => {
    const schedule = scheduleOf(12);
    fc.assert(
      fc.property(schedule, schedule, modes, paces, (first, second, mode, everyMs) => {
        const at = set(first, second, mode);
        for (let id = 1; id <= 4; id += 1) {
          ask(at, id, everyMs);
          at.on.run(id * 50_000);
          expect(at.ends(id)).toHaveLength(1);
          expect(at.ends(id)).toEqual(at.of(id).slice(-1));
          expect(ANSWER.startsWith(at.text(id))).toBe(true);
        }
        expect(at.live()).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  test('with one that is sound every answer is whole, whatever the other does', () => {
    fc.assert(
      fc.property(scheduleOf(8), fc.constantFrom(0, 1), paces, (bad, sound, everyMs) => {
        const at = sound === 0 ? set([], bad) : set(bad, []);
        for (let id = 1; id <= 4; id += 1) {
          ask(at, id, everyMs);
          at.on.run(id * 20_000);
          expect(at.text(id)).toBe(ANSWER);
          expect(at.ends(id)).toMatchObject([{ kind: 'done' }]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
