// The words of a turn, settled and guessed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../limit.ts';
import { Transcript } from './transcript.ts';

test('each guess replaces the one before, and settled text replaces the guess', () => {
  const transcript = new Transcript();
  transcript.guess(' I would');
  transcript.guess(' I would like');
  expect([transcript.text, transcript.hasNew, transcript.isSettled]).toEqual(['I would like', false, false]);
  transcript.settle(' I would like ');
  transcript.guess('a table');
  expect(transcript.text).toBe('I would like a table');
  expect(transcript.take()).toEqual({ text: 'I would like', trimmed: 0 });
  expect([transcript.text, transcript.hasNew, transcript.isSettled]).toEqual(['', false, true]);
});

test('a guess that is waited for in vain counts as said', () => {
  const transcript = new Transcript();
  transcript.guess('only this');
  transcript.settleGuess();
  expect([transcript.hasNew, transcript.take().text]).toEqual([true, 'only this']);
});

test('words that nobody waits for are there and are no news', () => {
  const transcript = new Transcript();
  transcript.keep('by the way');
  expect([transcript.text, transcript.hasNew]).toEqual(['by the way', false]);
});

test('what was said over the agent is told apart, and can be taken out without a trace', () => {
  const transcript = new Transcript();
  transcript.keep('by the way');
  transcript.begin();
  transcript.settle('mm-hm');
  transcript.guess('yes');
  expect([transcript.latest, transcript.text]).toEqual(['mm-hm yes', 'by the way mm-hm yes']);
  transcript.keep('I like cats');
  transcript.undo();
  expect([transcript.text, transcript.hasNew]).toEqual(['by the way I like cats', false]);
  transcript.begin();
  transcript.settle('stop');
  transcript.keepAll();
  transcript.undo();
  expect(transcript.take().text).toBe('by the way I like cats stop');
});

test('is bounded, and says what it lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 9_000 }), { maxLength: 8 }), (pieces) => {
      const transcript = new Transcript();
      for (const piece of pieces) transcript.settle(piece);
      const whole = pieces
        .map((piece) => piece.trim())
        .filter(Boolean)
        .join(' ');
      const { text, trimmed } = transcript.take();
      expect(text.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
      expect(text.length + trimmed).toBe(whole.length);
      expect(whole.endsWith(text)).toBe(true);
    }),
    { numRuns: 40 },
  );
});
