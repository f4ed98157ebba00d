// Two models as one: who is asked when, who is listened to, what is paid for, and that every answer has
// exactly one end whatever the two do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LlmEvent, LlmHooks, LlmSession } from '../provider.ts';
import { hedgedLlm } from './llm.ts';
import { type Behaviour, NEVER, PairStage, PlayerLlm, PROMPT, REFUSES } from './pair.test-support.ts';
import { type HedgeMode, policyOf } from './policy.ts';

const ANSWER = 'We open at nine. On Sundays we open at ten.';
const TIMES = { deadlineMs: 200, failoverMs: 1_500 };

function stage(
  first: readonly Behaviour[],
  second: readonly Behaviour[],
  mode: HedgeMode = 'hedge',
  other = ANSWER,
) {
  const models: PlayerLlm[] = [];
  const model = (text: string, behaviours: readonly Behaviour[], lane: 0 | 1) => (hooks: LlmHooks) =>
    (models[lane] = new PlayerLlm(text, behaviours, hooks));
  const policy = policyOf(mode, TIMES, 3);
  const count = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
  const factory = hedgedLlm(model(ANSWER, first, 0), model(other, second, 1), policy, count);
  const on = new PairStage<LlmSession, LlmEvent>((hooks) => factory(hooks));
  const [one, two] = models;
  if (one === undefined || two === undefined) throw new Error('a model was not made');
  return {
    on,
    one,
    two,
    asks: (id = 1) => on.session.generate(on.now, id, [{ role: 'user', content: 'when do you open' }]),
    text: () => on.events.map((event) => (event.kind === 'text' ? event.text : '')).join(''),
    ends: () => on.events.filter(({ kind }) => kind === 'done' || kind === 'failed'),
    firstMs: () => on.events.find(({ kind }) => kind === 'text')?.atMs,
  };
}

test('a prompt first model is all that is asked', () => {
  const { on, two, asks, text } = stage([PROMPT], []);
  asks();
  on.run(10_000);
  expect(text()).toBe(ANSWER);
  expect([two.asked, on.facts]).toEqual([0, []]);
});

test('past the deadline the second is asked as well, and the first to speak is listened to', () => {
  const { on, one, two, asks, text, firstMs } = stage([{ firstMs: 900 }], [PROMPT]);
  asks();
  on.run(10_000);
  expect(text()).toBe(ANSWER);
  expect(firstMs()).toBe(300);
  expect(on.all('hedged')).toMatchObject([{ stage: 'llm', reply: 1, by: 'deadline', provider: 'second' }]);
  expect(on.all('hedge.won')).toMatchObject([{ by: 'second' }]);
  expect([one.live.size, two.live.size]).toEqual([0, 0]);
});

test('the one that was outrun is paid for: its question, and what it had said', () => {
  const { on, asks } = stage([{ firstMs: 250 }], [{ firstMs: 400 }]);
  asks();
  on.run(10_000);
  expect(on.all('hedge.won')).toMatchObject([{ by: 'primary' }]);
  expect(on.all('usage.llm')).toMatchObject([
    { reply: 1, promptTokens: 4, completionTokens: 0, wasted: true },
  ]);
});

test('a refusal is answered at once by the second, and costs nothing', () => {
  const { on, asks, text, firstMs } = stage([REFUSES], [PROMPT], 'failover');
  asks();
  on.run(10_000);
  expect([text(), firstMs()]).toEqual([ANSWER, 105]);
  expect(on.all('usage.llm')).toEqual([]);
  expect(on.all('hedged')).toMatchObject([{ by: 'failure' }]);
});

test('for failing over, silence is waited for much longer than for a hedge', () => {
  const { on, asks, firstMs } = stage([NEVER], [PROMPT], 'failover');
  asks();
  on.run(10_000);
  expect(firstMs()).toBe(1_600);
});

describe('an answer that breaks off', () => {
  test.each(['failure', 'stall'] as const)('by %s is gone on with where it stopped', (by) => {
    const { on, asks, text, ends } = stage([{ firstMs: 100, breaksAfter: 6, by }], [PROMPT]);
    asks();
    on.run(10_000);
    expect(text()).toBe(ANSWER);
    expect(ends()).toMatchObject([{ kind: 'done', finish: 'stop' }]);
  });

  test('ends with its finished sentences when the second has other words', () => {
    const { on, asks, text, ends } = stage(
      [{ firstMs: 100, breaksAfter: 6 }],
      [],
      'hedge',
      'From nine to five.',
    );
    asks();
    on.run(10_000);
    expect(text()).toBe('We open at nine. On Sundays ');
    expect(ends()).toMatchObject([{ kind: 'done', finish: 'other' }]);
  });

  test('without a finished sentence is begun anew', () => {
    const { on, asks, text } = stage([{ firstMs: 100, breaksAfter: 2 }], [], 'hedge', 'From nine to five.');
    asks();
    on.run(10_000);
    expect(text()).toBe('We open … From nine to five.');
  });
});

test('after two failures the first is left alone for a while, then tried again', () => {
  const { on, one, asks } = stage([REFUSES, REFUSES], []);
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
  expect(one.asked).toBe(3);
});

test('nothing follows a cancel, and no model goes on', () => {
  const { on, one, two, asks } = stage([{ firstMs: 900 }], [{ firstMs: 900 }]);
  asks();
  on.run(300);
  on.session.cancel(on.now, 1);
  on.run(20_000);
  expect(on.events).toEqual([]);
  expect([one.live.size, two.live.size]).toEqual([0, 0]);
});

const behaviour = fc.oneof(
  fc.record({ firstMs: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({
    firstMs: fc.integer({ min: 1, max: 1_000 }),
    breaksAfter: fc.integer({ min: 0, max: 9 }),
    by: fc.constantFrom('failure' as const, 'stall' as const),
    retryable: fc.boolean(),
  }),
  fc.constant(NEVER),
);

test('whatever both do, an answer has exactly one end and nothing follows it', () => {
  const schedule = fc.array(behaviour, { maxLength: 12 });
  fc.assert(
    fc.property(
      schedule,
      schedule,
      fc.constantFrom<HedgeMode>('hedge', 'failover'),
      (first, second, mode) => {
        const { on, one, two, asks } = stage(first, second, mode);
        for (let id = 1; id <= 4; id += 1) {
          asks(id);
          on.run(id * 40_000);
          const own = on.events.filter((event) => event.id === id);
          const ends = own.filter(({ kind }) => kind === 'done' || kind === 'failed');
          expect(ends).toEqual(own.slice(-1));
        }
        expect([one.live.size, two.live.size]).toEqual([0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});

test('with one sound model every answer is whole, whatever the other does', () => {
  fc.assert(
    fc.property(fc.array(behaviour, { maxLength: 8 }), fc.constantFrom(0, 1), (bad, sound) => {
      const { on, asks } = sound === 0 ? stage([], bad) : stage(bad, []);
      for (let id = 1; id <= 4; id += 1) {
        asks(id);
        on.run(id * 20_000);
        const own = on.events.flatMap((event) =>
          event.kind === 'text' && event.id === id ? [event.text] : [],
        );
        expect(own.join('')).toBe(ANSWER);
      }
    }),
    { numRuns: 200 },
  );
});
