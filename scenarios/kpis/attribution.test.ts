// Words at the ear and the replies they came from: by what was said and in which order, not by the
// clock alone.
import { expect, test } from 'vitest';
import { attribute } from './attribution.ts';

/** Words heard one every 100 ms from `fromMs` on. */
const heard = (fromMs: number, text: string) =>
  text.split(' ').map((word, index) => ({ text: word, onsetUs: (fromMs + 100 * index) * 1_000 }));
const reply = (leftMs: number, text: string) => ({ text, leftUs: leftMs * 1_000 });

test('words heard in time belong to the reply that has just left', () => {
  const replies = [reply(0, 'We open at nine.'), reply(2_000, 'Good night, at nine.')];
  expect(attribute([...heard(100, 'we open'), ...heard(2_100, 'good night at nine')], replies)).toEqual([
    0, 0, 1, 1, 1, 1,
  ]);
});

test('the end of a reply belongs to it also when the next one has left before it sounds', () => {
  const replies = [reply(0, 'Take the tram up to the castle.'), reply(800, 'The tram takes an hour.')];
  const words = heard(100, 'take the tram up to the castle the tram takes an hour');
  expect(attribute(words, replies)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
});

test('what was not heard of a reply that was cut off is not taken from the next', () => {
  const replies = [reply(0, 'One two three four five.'), reply(1_000, 'Four is one more.')];
  expect(attribute([...heard(100, 'one two'), ...heard(1_200, 'four is one more')], replies)).toEqual([
    0, 0, 1, 1, 1, 1,
  ]);
});

test('the same words twice belong to whom they could be heard of', () => {
  const replies = [reply(0, 'Sorry, once more?'), reply(3_000, 'Sorry, once more?')];
  expect(attribute([...heard(100, 'sorry once'), ...heard(3_100, 'sorry once more')], replies)).toEqual([
    0, 0, 1, 1, 1,
  ]);
});

test('a word that nobody said is nobody’s, and nothing gives nothing', () => {
  expect(attribute(heard(100, 'one zebra two'), [reply(0, 'One, two.')])).toEqual([0, undefined, 0]);
  expect(attribute(heard(100, 'one'), [])).toEqual([undefined]);
  expect(attribute([], [reply(0, 'One.')])).toEqual([]);
});
