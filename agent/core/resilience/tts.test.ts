// Two voices as one, beyond what every race does: one of them speaks a reply, all of it, every word once, and
// one that falls silent is taken over from.
import { describe, expect, test } from 'vitest';
import { PROMPT, WORD_MS } from './pair.test-support.ts';
import { ANSWER, PIECES, ttsStage, WORDS } from './race.test-support.ts';

test('a late voice is outrun: the other has kept all the text, also what comes later', () => {
  const { on, one, two, asks, text, firstMs } = ttsStage([{ firstMs: 2_900 }], [PROMPT]);
  asks(1, 150);
  on.run(10_000);
  expect([text(), firstMs()]).toEqual([ANSWER, 300]);
  expect(two.given).toEqual([PIECES]);
  expect([one.live, two.live]).toEqual([0, 0]);
  expect(on.all('hedge.won')).toMatchObject([{ stage: 'tts', reply: 1, by: 'second' }]);
  const wasted = PIECES.slice(0, 2).join('').length;
  expect(on.all('usage.tts')).toMatchObject([{ reply: 1, characters: wasted, wasted: true }]);
});

test('words and audio are of one voice only, in their order', () => {
  const { on, asks, text, of } = ttsStage([{ firstMs: 205 }], [{ firstMs: 10 }]);
  asks();
  on.run(10_000);
  expect([text(), of(1).filter(({ kind }) => kind === 'audio').length]).toEqual([ANSWER, WORDS.length]);
});

describe('a voice that falls silent in the middle', () => {
  test.each(['failure', 'stall'] as const)('by %s is taken over from at the first word not heard', (by) => {
    const { on, two, asks, text, ends } = ttsStage([{ firstMs: 100, breaksAfter: 6, by }], [PROMPT]);
    asks();
    on.run(10_000);
    expect(text()).toBe(ANSWER);
    expect(two.given).toEqual([['we open', 'at ten.']]);
    expect(ends()).toMatchObject([{ kind: 'done' }]);
  });

  test('has its words placed where they sound', () => {
    const { on, asks, of } = ttsStage([{ firstMs: 100, breaksAfter: 6 }], [PROMPT]);
    asks();
    on.run(10_000);
    const starts = of(1).flatMap((event) => (event.kind === 'word' ? [event.word.startUs / 1_000] : []));
    expect(starts).toEqual(WORDS.map((_, index) => index * WORD_MS));
  });

  test('for good, with nothing left to say, has ended the reply', () => {
    const { on, two, asks, text, ends } = ttsStage([{ firstMs: 1, breaksAfter: 10, fatal: true }], [PROMPT]);
    asks();
    on.run(10_000);
    expect([text(), two.given]).toEqual([ANSWER, []]);
    expect(ends()).toMatchObject([{ kind: 'done' }]);
  });
});

test('a connection that is lost for good is no error while another voice is left, and is tried again', () => {
  const { on, one, asks, text } = ttsStage([{ firstMs: 5, breaksAfter: 0, fatal: true }], []);
  asks();
  on.run(10_000);
  expect(text()).toBe(ANSWER);
  expect(on.events.filter(({ kind }) => kind === 'failed')).toEqual([]);
  expect(on.all('retry')).toMatchObject([{ stage: 'tts' }, { stage: 'tts' }]);
  expect(one.started).toBe(2);
  asks(2);
  on.run(20_000);
  expect([text(2), one.given]).toEqual([ANSWER, [PIECES.slice(0, 1), PIECES]]);
});

test('with both voices gone a reply fails, and says so once', () => {
  const gone = { firstMs: 5, breaksAfter: 0, fatal: true };
  const { on, asks, ends } = ttsStage([gone, gone, gone], [gone, gone, gone]);
  asks();
  on.run(30_000);
  expect(ends()).toMatchObject([{ kind: 'failed', fatal: true }]);
});
