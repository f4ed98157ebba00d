// The hash of a trace covers everything: any fact, field or byte that differs gives another one.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from './fact.ts';
import { fingerprint, Trace } from './trace.ts';

const hashOf = (...facts: readonly Fact[]): string => {
  const trace = new Trace();
  for (const fact of facts) trace.note(fact);
  return trace.hash;
};

const word = (t: number, text: string, share: number): Fact => ({
  t,
  who: 'caller',
  what: 'ear.word',
  text,
  onsetUs: t - 100,
  share,
});

describe('the hash', () => {
  test('is 16 hexadecimal digits, and the same for the same facts', () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{16}$/);
    const facts = [word(1_000, 'we', 1), word(2_000, 'open', 0.5)];
    expect(hashOf(...facts)).toBe(hashOf(...facts));
  });

  test('differs by time, text, order, a missing fact, and the smallest share', () => {
    const we = word(1_000, 'we', 1);
    const open = word(2_000, 'open', 0.5);
    const hashes = [
      hashOf(we, open),
      hashOf(open, we),
      hashOf(we),
      hashOf(we, word(2_001, 'open', 0.5)),
      hashOf(we, word(2_000, 'opens', 0.5)),
      hashOf(we, word(2_000, 'open', 0.5000001)),
      hashOf(we, word(2_000, 'open', 0.25)),
      hashOf(we, open, open),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('covers what passed on the wire: when, where, how long and every byte', () => {
    const wires: readonly (readonly [number, number, number, number])[] = [
      [1, 0, 3, 9],
      [2, 0, 3, 9],
      [1, 1, 3, 9],
      [1, 0, 4, 9],
      [1, 0, 3, 8],
    ];
    const hashes = wires.map((wire) => {
      const trace = new Trace();
      trace.wire(...wire);
      expect(trace.facts).toEqual([]);
      return trace.hash;
    });
    expect(new Set(hashes).size).toBe(wires.length);
  });
});

describe('the fingerprint', () => {
  test('changes with any one byte, wherever the bytes lie in memory', () => {
    const changed = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 70 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    fc.assert(
      fc.property(changed, ([bytes, where, by]) => {
        const shifted = new Uint8Array(bytes.length + 3).subarray(3);
        shifted.set(bytes);
        expect(fingerprint(shifted)).toBe(fingerprint(bytes));
        const at = where % bytes.length;
        shifted[at] = (shifted[at] ?? 0) ^ by;
        expect(fingerprint(shifted)).not.toBe(fingerprint(bytes));
      }),
    );
  });

  test('changes with any one character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, where) => {
        const at = where % text.length;
        const other = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
        expect(fingerprint(other)).not.toBe(fingerprint(text));
      }),
    );
  });
});
