// Two voices as one: one of them speaks a reply, all of it, every word once, whatever becomes of the other.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TtsEvent, TtsHooks, TtsSession } from '../provider.ts';
import {
  type Behaviour,
  NEVER,
  PairStage,
  PlayerTts,
  PROMPT,
  REFUSES,
  TEST_RATE,
  WORD_MS,
} from './pair.test-support.ts';
import { type HedgeMode, policyOf } from './policy.ts';
import { hedgedTts } from './tts.ts';

const PIECES = ['We open at nine.', 'On Sundays we open', 'at ten.'];
const WORDS = PIECES.join(' ').split(' ');
const TIMES = { deadlineMs: 200, failoverMs: 1_500 };

function stage(first: readonly Behaviour[], second: readonly Behaviour[], mode: HedgeMode = 'hedge') {
  const voices: PlayerTts[] = [];
  const voice = (behaviours: readonly Behaviour[], lane: 0 | 1) => (hooks: TtsHooks) =>
    (voices[lane] = new PlayerTts(behaviours, hooks));
  const factory = hedgedTts(voice(first, 0), voice(second, 1), policyOf(mode, TIMES, 3), TEST_RATE);
  const on = new PairStage<TtsSession, TtsEvent>((hooks) => factory(hooks));
  const [one, two] = voices;
  if (one === undefined || two === undefined) throw new Error('a voice was not made');
  const of = (reply: number) => on.events.filter((event) => 'reply' in event && event.reply === reply);
  return {
    on,
    one,
    two,
    /** The pieces come `everyMs` apart, the end with the last. */
    says: (reply = 1, everyMs = 20) => {
      for (const piece of PIECES) {
        on.session.speak(on.now, reply, piece);
        on.run(on.now / 1_000 + everyMs);
      }
      on.session.endReply(on.now, reply);
    },
    words: (reply = 1) => of(reply).flatMap((event) => (event.kind === 'word' ? [event.word.text] : [])),
    audioMs: (reply = 1) => of(reply).filter(({ kind }) => kind === 'audio').length * WORD_MS,
    ends: (reply = 1) => of(reply).filter(({ kind }) => kind === 'done' || kind === 'failed'),
    firstMs: () => on.events.find(({ kind }) => kind === 'audio')?.atMs,
    of,
  };
}

test('a prompt first voice is all that is asked', () => {
  const { on, two, says, words, ends } = stage([PROMPT], []);
  says();
  on.run(10_000);
  expect([words(), two.given, on.facts]).toEqual([WORDS, [], []]);
  expect(ends()).toMatchObject([{ kind: 'done', reply: 1 }]);
});

test('a late voice is outrun: the other has kept all the text, also what comes later', () => {
  const { on, one, two, says, words, firstMs } = stage([{ firstMs: 2_900 }], [PROMPT]);
  says(1, 150);
  on.run(10_000);
  expect([words(), firstMs()]).toEqual([WORDS, 300]);
  expect(two.given).toEqual([PIECES]);
  expect([one.live, two.live]).toEqual([0, 0]);
  expect(on.all('hedge.won')).toMatchObject([{ stage: 'tts', reply: 1, by: 'second' }]);
  const wasted = PIECES.slice(0, 2).join('').length;
  expect(on.all('usage.tts')).toMatchObject([{ reply: 1, characters: wasted, wasted: true }]);
});

test('words and audio are of one voice only, in their order', () => {
  const { on, says, words, audioMs } = stage([{ firstMs: 205 }], [{ firstMs: 10 }]);
  says();
  on.run(10_000);
  expect([words(), audioMs()]).toEqual([WORDS, WORDS.length * WORD_MS]);
});

test('a voice that refuses costs nothing and no time', () => {
  const { on, says, words, firstMs } = stage([REFUSES], [PROMPT], 'failover');
  says();
  on.run(10_000);
  expect([words(), firstMs()]).toEqual([WORDS, 105]);
  expect(on.all('usage.tts')).toEqual([]);
});

describe('a voice that falls silent in the middle', () => {
  test.each(['failure', 'stall'] as const)('by %s is taken over from at the first word not heard', (by) => {
    const { on, two, says, words, ends } = stage([{ firstMs: 100, breaksAfter: 6, by }], [PROMPT]);
    says();
    on.run(10_000);
    expect(words()).toEqual(WORDS);
    expect(two.given).toEqual([['we open', 'at ten.']]);
    expect(ends()).toMatchObject([{ kind: 'done' }]);
  });

  test('has its words placed where they sound', () => {
    const { on, says, of } = stage([{ firstMs: 100, breaksAfter: 6 }], [PROMPT]);
    says();
    on.run(10_000);
    const starts = of(1).flatMap((event) => (event.kind === 'word' ? [event.word.startUs / 1_000] : []));
    expect(starts).toEqual(WORDS.map((_, index) => index * WORD_MS));
  });

  test('for good, with nothing left to say, has ended the reply', () => {
    const { on, two, says, words, ends } = stage([{ firstMs: 1, breaksAfter: 10, fatal: true }], [PROMPT]);
    says();
    on.run(10_000);
    expect([words(), two.given]).toEqual([WORDS, []]);
    expect(ends()).toMatchObject([{ kind: 'done' }]);
  });
});

test('a connection that is lost for good is no error while another voice is left, and is tried again', () => {
  const { on, one, says, words } = stage([{ firstMs: 5, breaksAfter: 0, fatal: true }], []);
  says();
  on.run(10_000);
  expect(words()).toEqual(WORDS);
  expect(on.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  expect(on.all('retry')).toMatchObject([{ stage: 'tts' }, { stage: 'tts' }]);
  expect(one.started).toBe(2);
  says(2);
  on.run(20_000);
  expect([words(2), one.given]).toEqual([WORDS, [PIECES.slice(0, 1), PIECES]]);
});

test('with both voices gone a reply fails, and says so once', () => {
  const gone = { firstMs: 5, breaksAfter: 0, fatal: true };
  const { on, says, ends } = stage([gone, gone, gone], [gone, gone, gone]);
  says();
  on.run(30_000);
  expect(ends()).toMatchObject([{ kind: 'failed', fatal: true }]);
});

test('nothing follows a cancel, and no voice goes on', () => {
  const { on, one, two, says, of } = stage([{ firstMs: 900 }], [{ firstMs: 900 }]);
  says();
  on.run(300);
  on.session.cancel(on.now, 1);
  on.run(20_000);
  expect(of(1)).toEqual([]);
  expect([one.live, two.live]).toEqual([0, 0]);
});

const behaviour = fc.oneof(
  fc.record({ firstMs: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({
    firstMs: fc.integer({ min: 1, max: 1_000 }),
    breaksAfter: fc.integer({ min: 0, max: 12 }),
    by: fc.constantFrom('failure' as const, 'stall' as const),
    fatal: fc.boolean(),
    retryable: fc.boolean(),
  }),
  fc.constant(NEVER),
);
const pace = fc.constantFrom(0, 20, 400);

test('whatever both do, a reply has exactly one end and nothing follows it', () => {
  const schedule = fc.array(behaviour, { maxLength: 12 });
  fc.assert(
    fc.property(
      schedule,
      schedule,
      fc.constantFrom<HedgeMode>('hedge', 'failover'),
      pace,
      (one, two, mode, every) => {
        const at = stage(one, two, mode);
        for (let reply = 1; reply <= 4; reply += 1) {
          at.says(reply, every);
          at.on.run(reply * 50_000);
          expect(at.ends(reply)).toEqual(at.of(reply).slice(-1));
          expect(WORDS.join(' ').startsWith(at.words(reply).join(' '))).toBe(true);
        }
        expect([at.one.live, at.two.live]).toEqual([0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});

test('with one sound voice every word is spoken once, whatever the other does', () => {
  fc.assert(
    fc.property(fc.array(behaviour, { maxLength: 8 }), fc.constantFrom(0, 1), pace, (bad, sound, every) => {
      const at = sound === 0 ? stage([], bad) : stage(bad, []);
      for (let reply = 1; reply <= 4; reply += 1) {
        at.says(reply, every);
        at.on.run(reply * 20_000);
        expect(at.words(reply)).toEqual(WORDS);
        expect(at.ends(reply)).toMatchObject([{ kind: 'done' }]);
      }
    }),
    { numRuns: 200 },
  );
});
