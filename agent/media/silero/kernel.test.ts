// Products of whole numbers, which have one right answer.
import { expect, test } from 'vitest';
import { Kernel } from './kernel.ts';

test('a product is the sum that one writes down, nothing below its floor', () => {
  const kernel = new Kernel(1_000);
  const at = (row: number, column: number) => (row + 1) * (column - 3);
  const bias = Float32Array.from([1, -2, 3, -4, 5, -60, 7, -800]);
  const matrix = kernel.matrix(8, 12, at, bias);
  const input = kernel.floats(12);
  const output = kernel.floats(8);
  input.values.set(Array.from({ length: 12 }, (_, column) => column % 5));
  const expected = Array.from({ length: 8 }, (_, row) => {
    let sum = bias[row] ?? 0;
    for (let column = 0; column < 12; column += 1) sum += at(row, column) * (column % 5);
    return sum;
  });
  kernel.apply(matrix, input.at, output.at, Number.NEGATIVE_INFINITY);
  expect([...output.values]).toEqual(expected);
  expect(Math.min(...expected)).toBeLessThan(0);
  kernel.apply(matrix, input.at, output.at, 0);
  expect([...output.values]).toEqual(expected.map((value) => Math.max(0, value)));
});

test('what does not fit is refused', () => {
  const kernel = new Kernel(16_384);
  expect(() => kernel.matrix(6, 8, () => 0, new Float32Array(6))).toThrow('a matrix of 6 by 8');
  expect(() => kernel.floats(16_385)).toThrow('the kernel has no room for that');
});
