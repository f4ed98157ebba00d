import { expect, test } from 'vitest';
import { keptByNpm } from './npm.ts';

const options = [
  { flag: '--runs', takesValue: true },
  { flag: '--seed', takesValue: true },
  { flag: '--json', takesValue: false },
];
const advice = (words: readonly string[], env: Readonly<Record<string, string>>) =>
  keptByNpm({ verb: 'scenario', words, options }, env)?.todo;

test('an option that npm kept is refused with the command line that was meant', () => {
  // As npm 11 leaves `npm run scenario multi-turn --runs 5`, and the same with `=`.
  expect(
    keptByNpm({ verb: 'scenario', words: ['multi-turn', '5'], options }, { npm_config_runs: 'true' }),
  ).toEqual({
    what: 'npm kept --runs for itself',
    where: 'command line: scenario multi-turn 5',
    todo: 'options go behind --: npm run scenario -- multi-turn --runs 5',
    exit: 2,
  });
  expect(advice(['multi-turn'], { npm_config_runs: '5' })).toMatch(/ -- multi-turn --runs 5$/);
  expect(advice(['multi-turn'], { npm_config_json: 'true' })).toMatch(/ -- multi-turn --json$/);
});

test('of two options without their values, nothing is guessed', () => {
  const env = { npm_config_runs: 'true', npm_config_seed: 'true' };
  expect(advice(['multi-turn', '5', '3'], env)).toMatch(/ -- multi-turn 5 3 --runs <value> --seed <value>$/);
});

test('what arrived, and what is npm’s own, is let alone', () => {
  expect(advice(['multi-turn', '--runs', '5'], { npm_config_runs: 'true' })).toBeUndefined();
  expect(advice(['multi-turn', '--runs=5'], { npm_config_runs: 'true' })).toBeUndefined();
  expect(advice(['multi-turn'], { npm_config_loglevel: 'silent', npm_config_runs: '' })).toBeUndefined();
});
