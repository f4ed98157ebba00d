// Two answers, two transcripts, two voices: what of the second is still to be told after the first.
import { expect, test } from 'vitest';
import { continuationOf } from './continuation.ts';
import { KeptAudio } from './kept-audio.ts';
import { RecitalText } from './recital.ts';
import { unsaid } from './unsaid.ts';

test.each([
  ['We open', 'We', { kind: 'same' }],
  ['We open', 'We open', { kind: 'same' }],
  ['We open', 'We open at nine.', { kind: 'goes_on', text: ' at nine.' }],
  ['We open', 'From nine', { kind: 'goes_on', text: '… From nine' }],
  ['We open. On', 'From nine', { kind: 'enough' }],
])('after %j, of %j', (said, other, expected) => {
  expect(continuationOf(said, other)).toEqual(expected);
});

test.each([
  ['', 'we open at nine', 'we open at nine'],
  ['We open', 'we open at nine', 'at nine'],
  ['we open', 'We opened at nine', 'at nine'],
  ['open at', 'we open at nine', 'nine'],
  ['we open at nine', 'we open', ''],
])('told %j, heard %j: new is %j', (told, heard, fresh) => {
  expect(unsaid(told, heard)).toBe(fresh);
});

test('what a voice has not spoken begins with the next word', () => {
  const text = new RecitalText();
  text.add('We open at nine.');
  text.add('On Sundays at ten.');
  expect(text.rest()).toEqual(['We open at nine.', 'On Sundays at ten.']);
  for (let word = 0; word < 5; word += 1) text.wordVoiced();
  expect([text.rest(), text.open]).toEqual([['Sundays at ten.'], true]);
  for (let word = 0; word < 3; word += 1) text.wordVoiced();
  expect([text.rest(), text.open]).toEqual([[], false]);
});

test('kept audio is bounded, and the oldest goes first', () => {
  const kept = new KeptAudio(100);
  for (let piece = 0; piece < 10; piece += 1) kept.push(new Uint8Array(30));
  expect(kept.pieces.map(({ at }) => at)).toEqual([210, 240, 270]);
  kept.settled(250);
  expect(kept.pieces.map(({ at }) => at)).toEqual([240, 270]);
  kept.settled(kept.end);
  expect(kept.isEmpty).toBe(true);
});
