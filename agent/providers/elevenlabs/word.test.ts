import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../core/limit.ts';
import type { Word } from '../../core/provider.ts';
import { WordAssembler } from './word.ts';

/** Characters of `text`, each 10 ms long, from the start of their chunk. */
const align = (text: string) => ({
  chars: [...text],
  startsMs: [...text].map((_char, index) => index * 10),
  durationsMs: [...text].map(() => 10),
});

function assemble(parts: readonly string[], chunks: readonly (readonly [number, string])[]): Word[] {
  const words = new WordAssembler();
  const found: Word[] = [];
  for (const part of parts) words.part(part);
  for (const [offsetUs, text] of chunks) words.take(align(text), offsetUs, found);
  words.flush(found);
  return found;
}

test('a word that is cut by a chunk keeps its text and spans both', () => {
  expect(
    assemble(
      ['Hello there, friend. '],
      [
        [0, 'Hello th'],
        [80_000, 'ere, friend. '],
      ],
    ),
  ).toEqual([
    { text: 'Hello', startUs: 0, endUs: 50_000 },
    { text: 'there,', startUs: 60_000, endUs: 120_000 },
    { text: 'friend.', startUs: 130_000, endUs: 200_000 },
  ]);
});

test('the last word of a part is released with its last character, space or not', () => {
  const words = new WordAssembler();
  const found: Word[] = [];
  words.part('Well, ');
  words.part('yes. ');
  words.take(align('Well,'), 0, found);
  expect(found.map((word) => word.text)).toEqual(['Well,']);
  words.take(align('yes.'), 500_000, found);
  expect(found.at(-1)).toEqual({ text: 'yes.', startUs: 500_000, endUs: 540_000 });
});

test('a vendor that changed the text still gives whole words', () => {
  expect(assemble(['I owe 5 $ now. '], [[0, 'I owe five dollars now. ']]).map((word) => word.text)).toEqual([
    'I',
    'owe',
    'five',
    'dollars',
    'now.',
  ]);
});

test('entries that make no sense are skipped, and time never runs backwards', () => {
  const words = new WordAssembler();
  const found: Word[] = [];
  words.take(
    {
      chars: ['a', 7, 'b', ' ', 'c', ' '],
      startsMs: [50, 0, -1, 60, 0, 1],
      durationsMs: [10, 1, 1, 0, 1, 0],
    },
    0,
    found,
  );
  expect(found).toEqual([
    { text: 'a', startUs: 50_000, endUs: 60_000 },
    { text: 'c', startUs: 60_000, endUs: 60_000 },
  ]);
});

test('a vendor that never comes to the end of a word cannot fill the memory', () => {
  const found = assemble(['x '], [[0, 'x'.repeat(1_000)]]).map((word) => word.text);
  expect(found.join('')).toBe('x'.repeat(1_000));
  expect(Math.max(...found.map((text) => text.length))).toBe(LIMITS.wordCharsMax);
  const words = new WordAssembler();
  const none: Word[] = [];
  words.take({ chars: ['x'.repeat(1_000)], startsMs: [0], durationsMs: [10] }, 0, none);
  words.flush(none);
  expect(none).toEqual([]);
});

test('however the text is cut into chunks, the words are those of the text, in order', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', ',', '.', '’', '-'),
    minLength: 1,
    maxLength: 8,
  });
  const part = fc.array(word, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), fc.array(fc.nat()), (parts, places) => {
      const texts = parts.map((words) => `${words.join(' ')} `);
      const whole = texts.join('');
      const edges = [0, ...places.map((place) => place % whole.length), whole.length].sort((a, b) => a - b);
      const chunks = edges.slice(1).map((edge, index): [number, string] => {
        const from = edges[index] ?? 0;
        return [from * 10_000, whole.slice(from, edge)];
      });
      const found = assemble(texts, chunks);
      expect(found.map((one) => one.text)).toEqual(parts.flat());
      for (const [index, one] of found.entries()) {
        expect(one.endUs - one.startUs).toBe(one.text.length * 10_000);
        if (index > 0) expect(one.startUs).toBeGreaterThanOrEqual(found[index - 1]?.endUs ?? 0);
      }
    }),
  );
});
