import { expect, test } from 'vitest';
import { lineOfPath } from './json-place.ts';

const TEXT = `{
  "name": "a, {b: 1}",
  "caller": {
    "acts": [
      { "kind": "say",
        "parts": [] },
      {
        "kind": "sya"
      }
    ]
  }
}`;

test.each([
  ['name', 2],
  ['caller.acts', 4],
  ['caller.acts.0.kind', 5],
  ['caller.acts.0.parts', 6],
  ['caller.acts.1', 7],
  ['caller.acts.1.kind', 8],
])('%s stands in line %i', (path, line) => {
  expect(lineOfPath(TEXT, path)).toBe(line);
});

test('what is absent is missed where it should be', () => {
  expect(lineOfPath(TEXT, 'caller.acts.1.parts')).toBe(7);
  expect(lineOfPath(TEXT, 'brain.facts')).toBe(1);
});
