// What the words look like, as far as the end of a turn goes.
import { describe, expect, test } from 'vitest';
import { SHAPE_SCORE, sameWords, shapeOf } from './shape.ts';

test.each([
  ['', 'none'],
  [' … ', 'none'],
  ['um', 'filler'],
  ['I would like, uh.', 'filler'],
  ['I would like a table and', 'trailing'],
  ['I would like a table because.', 'trailing'],
  ['Our budget is nine hundred euros,', 'trailing'],
  ['What I want is...', 'trailing'],
  ['I am', 'trailing'],
  ['I would like a table', 'open'],
  ['I would like a table.', 'complete'],
  ['That is who I am.', 'complete'],
  ['Well.', 'complete'],
  ['He said "stop."', 'complete'],
  ['When do you open?', 'question'],
  ['And what about the?', 'question'],
] as const)('%j is %s', (text, shape) => {
  expect(shapeOf(text)).toBe(shape);
});

test.each(['It is five five five.', '0, 1, 7.'])(
  '%j may be the whole number: a full stop is a hint',
  (text) => {
    expect(shapeOf(text)).toBe('number');
  },
);

test.each(['uh, let me think.', 'Just a moment.', 'Hold on.'])('%j asks for time', (text) => {
  expect(shapeOf(text)).toBe('filler');
});

describe('digits being dictated', () => {
  test.each(['My number is 555 01', 'It is five five five,', 'oh seven double three', '0171'])(
    '%j may go on',
    (text) => expect(shapeOf(text)).toBe('digits'),
  );

  test.each([
    ['My number is 030 1234 5678.', 'a whole number'],
    ['There are two.', 'fewer than three in a row'],
    ['Call one two three now.', 'a row that is over'],
  ])('%j may not: %s', (text) => expect(shapeOf(text)).toBe('complete'));
});

test('the surer a shape, the higher its score', () => {
  const order = ['filler', 'trailing', 'none', 'digits', 'open', 'complete', 'question'] as const;
  const scores = order.map((shape) => SHAPE_SCORE[shape]);
  expect(scores).toEqual([...scores].sort((one, other) => one - other));
});

test('the same words are the same, whatever stands between and above them', () => {
  expect(sameWords('Hello, my name is Nora', 'hello my name is nora.')).toBe(true);
  expect(sameWords("I don't", 'I do not')).toBe(false);
  expect(sameWords('a b', 'a b c')).toBe(false);
});
