// A sound that never ends is no turn that never ends: where words stop coming, they are all there is.
import { expect, test } from 'vitest';
import { ms } from '../time.ts';
import { Floor } from './floor.test-support.ts';

/** The caller speaks in front of a television: their last word comes at 2 s, the sound goes on. */
function television(): Floor {
  const floor = new Floor();
  floor.starts(100);
  floor.guesses(1_500, 'where is');
  floor.guesses(2_000, 'Where is it?');
  return floor;
}

test('the turn ends when its words have, though somebody is still heard', () => {
  const floor = television();
  floor.row.subject.wordsCeased(ms(3_200));
  expect(floor.row.before.of('SttFinalize')).toHaveLength(1);
  floor.settles(3_300, 'Where is it?');
  expect(floor.row.after.of('UserStoppedSpeaking')).toMatchObject([{ answer: true, text: 'Where is it?' }]);
});

test('each new word puts that off', () => {
  const floor = television();
  expect(floor.row.timers.at('wordless')).toBe(ms(3_200));
  floor.guesses(2_900, 'Where is it? And when');
  expect(floor.row.timers.at('wordless')).toBe(ms(4_100));
});

test('a word in the noise before the turn was over belongs to it', () => {
  const floor = television();
  floor.row.subject.wordsCeased(ms(3_200));
  floor.guesses(3_250, 'Where is it? And when');
  floor.settles(3_300, 'Where is it?');
  expect(floor.row.after.of('UserStoppedSpeaking')).toEqual([]);
});

test('a word in the noise over the reply to it is judged as any other', () => {
  const floor = television();
  floor.row.subject.wordsCeased(ms(3_200));
  floor.settles(3_300, 'Where is it?');
  floor.botStarts(3_700, 1);
  floor.guesses(4_000, 'no stop');
  expect(floor.row.after.of('Interruption')).toMatchObject([{ reply: 1 }]);
});

test('sound without any word is waited for as before', () => {
  const floor = new Floor();
  floor.starts(100);
  expect(floor.row.timers.at('wordless')).toBeUndefined();
});
