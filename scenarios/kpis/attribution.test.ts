// Words at the ear and the replies they came from: by what was said and in which order, not by the
// clock alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute, type Voiced } from './attribution.ts';

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

/** The whole table, of every word heard against every word said: what `attribute` must find without it. */
function tabulated(words: readonly Voiced[], replies: readonly Voiced[]): readonly (number | undefined)[] {
  const said = replies.flatMap(({ text, leftUs }, reply) =>
    text.split(' ').map((word) => ({ word, leftUs, reply })),
  );
  const fits = (row: number, column: number) => {
    const [one, other] = [words[row - 1], said[column - 1]];
    return one !== undefined && one.text === other?.word && one.leftUs >= other.leftUs;
  };
  const most = [said.map(() => 0).concat(0)];
  const at = (row: number, column: number) => most[row]?.[column] ?? 0;
  for (let row = 1; row <= words.length; row += 1) {
    const line = [0];
    most.push(line);
    for (let column = 1; column <= said.length; column += 1)
      line.push(
        Math.max(
          at(row - 1, column),
          at(row, column - 1),
          fits(row, column) ? at(row - 1, column - 1) + 1 : 0,
        ),
      );
  }
  const owners = words.map((): number | undefined => undefined);
  for (let row = words.length, column = said.length; row > 0 && column > 0; ) {
    if (fits(row, column)) {
      owners[row - 1] = said[column - 1]?.reply;
      row -= 1;
      column -= 1;
    } else if (at(row - 1, column) === at(row, column)) row -= 1;
    else column -= 1;
  }
  return owners;
}

test('whatever was said, lost and repeated, the owners are those of the whole table', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const at = fc.nat(12);
  const replies = fc.array(fc.record({ text: fc.array(word, { minLength: 1, maxLength: 6 }), leftUs: at }), {
    maxLength: 4,
  });
  const words = fc.array(fc.record({ text: word, leftUs: at }), { maxLength: 12 });
  fc.assert(
    fc.property(words, replies, (ear, said) => {
      const voiced = said.map(({ text, leftUs }) => ({ text: text.join(' '), leftUs }));
      const sounds = ear.map(({ text, leftUs }) => ({ text, onsetUs: leftUs }));
      expect(attribute(sounds, voiced)).toEqual(tabulated(ear, voiced));
    }),
    { numRuns: 500 },
  );
});

test('ten thousand words, every fiftieth lost, are given to a thousand replies at once', () => {
  const replies = Array.from({ length: 1_000 }, (_, at) =>
    reply(at * 2_000, `${at} and nine more words of a long reply`),
  );
  const words = replies
    .flatMap(({ text, leftUs }) => heard(leftUs / 1_000 + 100, text))
    .filter((_, at) => at % 50 !== 7);
  const owners = attribute(words, replies);
  expect(owners).toEqual(words.map(({ onsetUs }) => Math.floor(onsetUs / 2_000_000)));
});
