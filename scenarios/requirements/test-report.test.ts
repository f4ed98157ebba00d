// A file of tests is evidence when its tests were run and passed, and what is less is told apart.
import { expect, test } from 'vitest';
import { parseTests, testFound } from './test-report.ts';

const PATH = 'agent/a.test.ts';
const SOURCE = "test('it works', () => {});";
const nobody = new Map();

/** As `vitest --reporter=json` writes it. */
const json = (status: string, ...tests: readonly string[]) =>
  JSON.stringify({
    testResults: [
      { name: `/somewhere/${PATH}`, status, assertionResults: tests.map((one) => ({ status: one })) },
    ],
  });

/** As `vitest --reporter=junit` writes it. */
const junit = (failures: number, skipped = 0) =>
  `<?xml version="1.0"?><testsuites name="vitest tests" tests="2" failures="${failures}">
    <testsuite name="${PATH}" tests="2" failures="${failures}" errors="0" skipped="${skipped}" time="1"/>
  </testsuites>`;

test.each([
  ['all passed', json('passed', 'passed', 'passed'), { state: 'passed', passed: 2, failed: 0 }],
  ['one failed', json('failed', 'passed', 'failed'), { state: 'failed', passed: 1, failed: 1 }],
  ['it could not be loaded', json('failed'), { state: 'failed', passed: 0, failed: 1 }],
  ['all were skipped', json('passed', 'skipped', 'pending'), { state: 'present' }],
  ['all passed, in XML', junit(0), { state: 'passed', passed: 2, failed: 0 }],
  ['one failed, in XML', junit(1), { state: 'failed', passed: 1, failed: 1 }],
  ['all were skipped, in XML', junit(0, 2), { state: 'present' }],
])('when %s', (_, text, found) => {
  const parsed = parseTests(text);
  expect(testFound(PATH, SOURCE, parsed.ok ? parsed.report : nobody)).toEqual(found);
});

test('what nobody ran is present and no more, and another file’s success is not its own', () => {
  expect(testFound(PATH, SOURCE, nobody)).toEqual({ state: 'present' });
  const parsed = parseTests(json('passed', 'passed').replace('agent/a', 'agent/aa'));
  expect(testFound(PATH, SOURCE, parsed.ok ? parsed.report : nobody)).toEqual({ state: 'present' });
});

test.each([
  [undefined, 'missing'],
  ['', 'empty'],
  ['// test(\n/* it(\n */', 'empty'],
  ["test.skip('later', () => {}); test.todo('then');", 'empty'],
  ['export const isOdd = (text: string) => /a/.test(text);', 'empty'],
  ["test.each([1])('%i', () => {});", 'present'],
  ["  it('works', () => {});", 'present'],
  ["test.runIf(process.platform === 'linux')('works', () => {});", 'present'],
] as const)('a file of %j is %s', (source, state) => {
  expect(testFound(PATH, source, nobody).state).toBe(state);
});

test.each([
  ['', 'neither JSON nor XML'],
  ['{}', 'testResults'],
  ['<testsuites/>', 'no test suite'],
])('%j is no report', (text, reason) => {
  const parsed = parseTests(text);
  expect(parsed.ok ? 'read' : parsed.reason).toContain(reason);
});
