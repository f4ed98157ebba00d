import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRed, writeRed } from './red.ts';

const block = (offset: number, ...payload: number[]) => ({
  payloadType: 111,
  offset,
  payload: Uint8Array.from(payload),
});

test('the copy comes first, the present frame last', () => {
  const primary = block(0, 9, 9);
  const copy = block(960, 1, 2, 3);
  expect(parseRed(writeRed(primary, [copy]))).toEqual({ ok: true, blocks: [copy, primary] });
});

test('one copy costs its bytes and five of headers', () => {
  expect(writeRed(block(0, 9, 9), [block(960, 1, 2, 3)])).toHaveLength(2 + 3 + 5);
});

test('a copy that the fields cannot name is left out', () => {
  const long = { payloadType: 111, offset: 960, payload: new Uint8Array(1_024) };
  const parsed = parseRed(writeRed(block(0, 5), [long, block(0x4000, 1), block(0, 2), block(960)]));
  expect(parsed).toEqual({ ok: true, blocks: [block(0, 5)] });
});

test('whatever is written comes back', () => {
  const body = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const copy = fc.record({
    payloadType: fc.nat(127),
    offset: fc.integer({ min: 1, max: 0x3fff }),
    payload: body,
  });
  const primary = fc.record({ payloadType: fc.nat(127), offset: fc.constant(0), payload: body });
  fc.assert(
    fc.property(primary, fc.array(copy, { maxLength: 4 }), (main, copies) => {
      expect(parseRed(writeRed(main, copies))).toEqual({ ok: true, blocks: [...copies, main] });
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const parsed = parseRed(bytes);
      if (parsed.ok) expect(parsed.blocks.length).toBeGreaterThan(0);
    }),
  );
  expect(parseRed(new Uint8Array(200).fill(0xff)).ok).toBe(false);
});
