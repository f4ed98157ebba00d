// Which answers are worth beginning before their turn is over.
import { expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS, type SpeculationSettings } from '../setting.ts';
import { ms, seconds } from '../time.ts';
import { Drafts } from './draft.ts';
import { POLICIES } from './policy.ts';

const SURE = { text: 'What time is it?', score: 950, settled: true, guessed: false };
const drafts = (change: Partial<SpeculationSettings> = {}) =>
  new Drafts({ ...DEFAULT_CORE_SETTINGS.turn.speculation, ...change });

test('words that sound finished are, those that do not and none at all are not', () => {
  expect(drafts().isWorth(0, SURE)).toBe(true);
  expect(drafts().isWorth(0, { ...SURE, settled: false })).toBe(true);
  expect(drafts({ score: 960 }).isWorth(0, SURE)).toBe(false);
  expect(drafts().isWorth(0, { ...SURE, text: '' })).toBe(false);
  expect(drafts({ upTo: 'none' }).isWorth(0, SURE)).toBe(false);
});

test('a guess is when it ends a sentence', () => {
  expect(drafts().isWorth(0, { ...SURE, guessed: true })).toBe(true);
  expect(drafts().isWorth(0, { ...SURE, guessed: true, score: 350 })).toBe(false);
  expect(drafts().isWorth(0, { ...SURE, score: 350 })).toBe(true);
});

test('the same words are answered once', () => {
  const begun = drafts();
  begun.begin(7, 'what time is it');
  expect([begun.isWorth(0, SURE), begun.answers(SURE.text)]).toEqual([false, true]);
  expect(begun.isWorth(0, { ...SURE, text: 'What time is it there?' })).toBe(true);
  expect([begun.take(), begun.take()]).toEqual([7, undefined]);
});

test('a few in one turn, and as many in the next', () => {
  const limited = drafts({ draftsMax: 2 });
  limited.begin(1, 'a');
  limited.begin(2, 'b');
  limited.take();
  expect(limited.isWorth(0, SURE)).toBe(false);
  limited.turnBegan(5);
  expect(limited.isWorth(5, SURE)).toBe(true);
});

test('LiveKit waits for the final transcript, and for the end of a turn of more than ten seconds', () => {
  const preemptive = new Drafts(POLICIES['livekit-default'].turn.speculation);
  preemptive.turnBegan(ms(1));
  expect(preemptive.isWorth(seconds(2), { ...SURE, settled: false })).toBe(false);
  expect(preemptive.isWorth(seconds(2), { ...SURE, score: 60 })).toBe(true);
  expect(preemptive.isWorth(seconds(11), SURE)).toBe(false);
});
