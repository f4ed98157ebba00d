import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClauseSplitter } from './clause.ts';
import { LIMITS } from './limit.ts';

/** Pieces of a whole text, streamed in the given chunks. */
function pieces(chunks: readonly string[], cut = false): string[] {
  const splitter = new ClauseSplitter();
  const found = chunks.flatMap((chunk) => [...splitter.push(chunk)]);
  const rest = splitter.end(cut);
  return rest === undefined ? found : [...found, rest];
}

test('a text without any boundary is cut all the same, and no character with it', () => {
  const endless = Array.from({ length: 100 }, () => 'a'.repeat(25));
  const cut = pieces(endless);
  expect(cut.join('')).toBe(endless.join(''));
  expect(Math.max(...cut.map((piece) => piece.length))).toBe(LIMITS.pieceCharsMax);
  const faces = pieces([`a${'😀'.repeat(1_000)}`]);
  expect(faces.every((piece) => piece.isWellFormed())).toBe(true);
});

test('sentences are pieces of their own', () => {
  expect(pieces(['We open at nine. Is that fine? Great! See you… then'])).toEqual([
    'We open at nine.',
    'Is that fine?',
    'Great!',
    'See you…',
    'then',
  ]);
});

test('the first clause goes out early, from four words on; later commas wait for the sentence', () => {
  expect(pieces(['Well, on Sunday we open, as always, at ten, and then, friends, we close.'])).toEqual([
    'Well, on Sunday we open,',
    'as always, at ten, and then, friends, we close.',
  ]);
  expect(pieces(['Yes, we do, sir.'])).toEqual(['Yes, we do, sir.']);
});

test('a sentence is released at the white space behind it, not before', () => {
  const splitter = new ClauseSplitter();
  expect(splitter.push('It costs 3.')).toEqual([]);
  expect(splitter.push('5 euros.')).toEqual([]);
  expect(splitter.push(' ')).toEqual(['It costs 3.5 euros.']);
});

test.each([
  'It is 3.5 or 10:30 and 1,000 more',
  'Ask Dr. Smith or Mrs. Jones about No. 5',
  'Come at 10 a.m. or 5 p.m. e.g. tomorrow',
  'John F. Kennedy vs. the rest',
])('stays whole: %s', (text) => {
  expect(pieces([`${text}. `])).toEqual([`${text}.`]);
});

test('a new reply begins with a first clause again', () => {
  const splitter = new ClauseSplitter();
  splitter.push('One. Two');
  splitter.end();
  expect(splitter.push('Now we are four, and ')).toEqual(['Now we are four,']);
});

test('text without any boundary is cut at a space before it grows too long', () => {
  const found = pieces(Array.from({ length: 300 }, () => 'word '));
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(400);
  expect(found.join(' ')).toBe(Array.from({ length: 300 }, () => 'word').join(' '));
});

describe('a text that was cut short', () => {
  test('ends with its last finished sentence', () => {
    expect(pieces(['We open at nine. On Sundays we'], true)).toEqual(['We open at nine.']);
    expect(pieces(['He said "stop." And'], true)).toEqual(['He said "stop." And']);
  });

  test('keeps a rest that is a sentence itself', () => {
    expect(pieces(['We open at nine. We close at five.'], true)).toEqual([
      'We open at nine.',
      'We close at five.',
    ]);
  });

  test('without a finished sentence is kept as it is', () => {
    expect(pieces(['Well now let me see, on Sundays we'], true)).toEqual([
      'Well now let me see,',
      'on Sundays we',
    ]);
  });

  test('does not make the next one shorter', () => {
    const splitter = new ClauseSplitter();
    splitter.push('Done. And');
    splitter.end(true);
    splitter.push('then on');
    expect(splitter.end(true)).toBe('then on');
  });
});

test('nothing is lost, added or moved, whatever the text and however it is streamed', () => {
  const text = fc.array(
    fc.constantFrom('a', 'Bc', '3', '.', ',', '!', ' ', '  ', '\n', '…', ':', 'Dr.', '—', '"'),
    {
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
      (parts, sizes) => {
        const whole = parts.join('');
        const chunks: string[] = [];
        for (let at = 0; at < whole.length; ) {
          const size = sizes[chunks.length % sizes.length] ?? 1;
          chunks.push(whole.slice(at, at + size));
          at += size;
        }
        const squeeze = (value: string) =>
          value
            .split(/\s+/)
            .filter((word) => word !== '')
            .join(' ');
        const found = pieces(chunks);
        expect(squeeze(found.join(' '))).toBe(squeeze(whole));
        expect(found.filter((piece) => piece.trim() === '')).toEqual([]);
        if (whole.length <= 400) expect(found).toEqual(pieces([whole]));
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
