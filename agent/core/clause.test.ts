import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClauseSplitter } from './clause.ts';
import { LIMITS } from './limit.ts';
import { DEFAULT_CORE_SETTINGS } from './setting.ts';

const CLAUSES = DEFAULT_CORE_SETTINGS.voice;

/** Pieces of a whole text, streamed in the given chunks. */
function pieces(chunks: readonly string[], cut = false): string[] {
  const splitter = new ClauseSplitter(CLAUSES);
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
  const splitter = new ClauseSplitter(CLAUSES);
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

test.each([
  'See www.example.com/a.b?c=d, or https://example.org:8080/x;y for more',
  'It is approx. 3 km from the U.S. Embassy, Prof. Lee said',
  '1. Take the tram',
])('addresses, initials and the numbers of a list stay whole: %s', (text) => {
  const { first: _, ...sentences } = CLAUSES;
  const splitter = new ClauseSplitter({ ...sentences, first: 'sentence' });
  expect(splitter.push(`${text}. `)).toEqual([`${text}.`]);
});

describe('a first clause that is waited for too long', () => {
  function capped(text: string, after = ''): readonly string[] {
    const splitter = new ClauseSplitter(CLAUSES);
    expect(splitter.push(text)).toEqual([]);
    return [...splitter.cap(), ...splitter.push(after)];
  }

  test('is the words there are, without the one still streaming', () => {
    expect(capped('The next tram to the cas')).toEqual(['The next tram to the']);
  });

  test('comes with the words that make it one, when there were too few', () => {
    expect(capped('The', ' next tr')).toEqual(['The next']);
    expect(capped('T')).toEqual([]);
  });

  test('tears no number apart, and leaves no title behind', () => {
    expect(capped('Please dial 555 01')).toEqual(['Please dial']);
    expect(capped('Please dial 555 ')).toEqual(['Please dial']);
    expect(capped('That is what Dr. Sm')).toEqual(['That is what']);
  });

  test('is only the first: what follows waits for its sentence', () => {
    expect(capped('The next tram to the castle', ' leaves at nine and ')).toEqual(['The next tram to the']);
  });
});

test('sentences alone, when clauses are not wanted; short ones wait for more', () => {
  const splitter = new ClauseSplitter({ first: 'sentence', clauseWordsMin: 4, sentenceCharsMin: 20 });
  expect(splitter.push('Yes. On Sundays we open at ten, as always. And then ')).toEqual([
    'Yes. On Sundays we open at ten, as always.',
  ]);
});

test('a new reply begins with a first clause again', () => {
  const splitter = new ClauseSplitter(CLAUSES);
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
    expect(pieces(['He said "stop." And'], true)).toEqual(['He said "stop."']);
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
    const splitter = new ClauseSplitter(CLAUSES);
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
