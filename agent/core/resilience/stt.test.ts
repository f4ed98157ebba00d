// Two recognisers as one: every word that the caller said is told once, and every question is answered,
// whatever becomes of either.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SttEvent, SttHooks, SttSession } from '../provider.ts';
import { type Behaviour, NEVER, PairStage, PlayerStt, PROMPT, wordOf } from './pair.test-support.ts';
import { type HedgeMode, policyOf } from './policy.ts';
import { hedgedStt } from './stt.ts';

const TIMES = { deadlineMs: 200, failoverMs: 1_500 };

function stage(
  first: readonly Behaviour[],
  second: readonly Behaviour[],
  { mode = 'hedge', warm = false }: { mode?: HedgeMode; warm?: boolean } = {},
) {
  const ears: PlayerStt[] = [];
  const ear = (behaviours: readonly Behaviour[], lane: 0 | 1) => (hooks: SttHooks) =>
    (ears[lane] = new PlayerStt(behaviours, hooks));
  const policy = { ...policyOf(mode, TIMES, 3), warm };
  const factory = hedgedStt(ear(first, 0), ear(second, 1), policy, 16_000);
  const on = new PairStage<SttSession, SttEvent>((hooks) => factory(hooks));
  const [one, two] = ears;
  if (one === undefined || two === undefined) throw new Error('a recogniser was not made');
  let word = 0;
  return {
    on,
    one,
    two,
    /** So many words, 100 ms each. */
    speaks: (count: number) => {
      for (let index = 0; index < count; index += 1) {
        word += 1;
        on.session.sendAudio(on.now, new Uint8Array(3_200).fill(word));
        on.run(on.now / 1_000 + 100);
      }
    },
    pauses: () => on.session.finalize(on.now),
    /** All that was told, and what was said. */
    told: () => on.events.flatMap((event) => (event.kind === 'final' ? [event.text] : [])).join(' '),
    said: () => Array.from({ length: word }, (_, index) => wordOf(index + 1)).join(' '),
    answers: () => on.events.filter(({ kind }) => kind === 'finalized').map(({ atMs }) => atMs),
  };
}

test('a prompt first recogniser is all that hears', () => {
  const { on, two, speaks, pauses, told, answers } = stage([PROMPT], []);
  speaks(3);
  pauses();
  on.run(10_000);
  expect([told(), answers()]).toEqual(['w1 w2 w3', [400]]);
  expect([two.heard, on.facts]).toEqual([[], []]);
});

test('an overdue final is asked of the second, which hears the utterance from its beginning', () => {
  const { on, two, speaks, pauses, told, answers } = stage([{ firstMs: 1_000 }], [{ firstMs: 50 }]);
  speaks(3);
  pauses();
  on.run(550);
  expect([told(), answers()]).toEqual(['w1 w2 w3', [550]]);
  expect(two.heard).toEqual([1, 2, 3]);
  expect(on.all('hedge.won')).toMatchObject([{ stage: 'stt', by: 'second' }]);
  expect(on.all('usage.stt')).toMatchObject([{ us: 300_000, wasted: true }]);
  on.run(10_000);
  // What the first says after all is known already.
  expect([told(), answers()]).toEqual(['w1 w2 w3', [550]]);
});

test('who was late hears again once it has caught up; until then the other does', () => {
  const { on, one, two, speaks, pauses, told } = stage([{ firstMs: 1_000 }], []);
  speaks(1);
  pauses();
  on.run(500);
  speaks(1);
  pauses();
  on.run(3_000);
  speaks(1);
  pauses();
  on.run(6_000);
  expect(told()).toBe('w1 w2 w3');
  expect([one.heard, two.heard]).toEqual([
    [1, 3],
    [1, 2],
  ]);
});

test('kept warm, the second needs no replay and is asked at once', () => {
  const { on, speaks, pauses, told, answers } = stage([{ firstMs: 1_000 }], [{ firstMs: 50 }], {
    warm: true,
  });
  speaks(2);
  pauses();
  on.run(10_000);
  expect([told(), answers()]).toEqual(['w1 w2', [250]]);
});

test('a recogniser that is lost while the caller speaks is replaced without losing a word', () => {
  const { on, one, speaks, pauses, told, said } = stage([], []);
  speaks(2);
  one.breaks(on.now, true);
  speaks(2);
  pauses();
  on.run(5_000);
  expect(told()).toBe(said());
  expect(on.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
});

test('with both gone the question is answered, with an error', () => {
  const { on, one, two, speaks, pauses, answers } = stage([NEVER], [NEVER]);
  speaks(1);
  pauses();
  one.breaks(on.now, true);
  two.breaks(on.now, true);
  on.run(1_000);
  expect(on.events.map(({ kind }) => kind)).toEqual(['failed', 'finalized']);
  expect(answers()).toEqual([100]);
});

test('with both gone before the question it is answered at once, and said to be no answer', () => {
  const { on, one, two, speaks, pauses } = stage([], []);
  one.breaks(on.now, true);
  two.breaks(on.now, true);
  speaks(1);
  pauses();
  expect(on.events.slice(-2)).toMatchObject([{ kind: 'failed', fatal: false }, { kind: 'finalized' }]);
});

const behaviour = fc.oneof(
  fc.record({ firstMs: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({
    firstMs: fc.integer({ min: 1, max: 1_000 }),
    breaksAfter: fc.constant(0),
    fatal: fc.boolean(),
    retryable: fc.boolean(),
  }),
  fc.constant(NEVER),
);
const turns = fc.array(
  fc.record({ words: fc.integer({ min: 1, max: 4 }), waitMs: fc.constantFrom(250, 700, 20_000) }),
  { minLength: 1, maxLength: 6 },
);
const option = fc.record({ mode: fc.constantFrom<HedgeMode>('hedge', 'failover'), warm: fc.boolean() });

test('with one sound recogniser every word is told once and every question answered', () => {
  fc.assert(
    fc.property(
      fc.array(behaviour, { maxLength: 8 }),
      fc.constantFrom(0, 1),
      turns,
      option,
      (bad, sound, all, how) => {
        const at = sound === 0 ? stage([], bad, how) : stage(bad, [], how);
        for (const { words, waitMs } of all) {
          at.speaks(words);
          at.pauses();
          at.on.run(at.on.now / 1_000 + waitMs);
        }
        at.on.run(at.on.now / 1_000 + 30_000);
        expect(at.told()).toBe(at.said());
        expect(at.answers().length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('whatever both do, the last question is answered', () => {
  const schedule = fc.array(behaviour, { maxLength: 8 });
  fc.assert(
    fc.property(schedule, schedule, turns, option, (first, second, all, how) => {
      const at = stage(first, second, how);
      let askedMs = 0;
      for (const { words, waitMs } of all) {
        at.speaks(words);
        askedMs = at.on.now / 1_000;
        at.pauses();
        at.on.run(askedMs + waitMs);
      }
      at.on.run(at.on.now / 1_000 + 60_000);
      expect(at.answers().some((ms) => ms >= askedMs)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
