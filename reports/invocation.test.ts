import { expect, test } from 'vitest';
import { commandLine, isPackage, quoted } from './invocation.ts';

test('in the repository people type npm’s scripts, with options behind --', () => {
  expect(isPackage).toBe(false);
  expect(commandLine('gate')).toBe('npm run gate');
  expect(commandLine('gate', ['my.ts', '--runs', '5'])).toBe('npm run gate -- my.ts --runs 5');
  expect(commandLine('start', ['--port', '0'])).toBe('npm start -- --port 0');
  expect(commandLine('validate-netem', ['--guest'])).toBe('npm run validate:netem -- --guest');
});

test('where the package is installed they type its name', () => {
  expect(commandLine('gate', ['my.ts', '--runs', '5'], true)).toBe('npx parley gate my.ts --runs 5');
  expect(commandLine('start', [], true)).toBe('npx parley start');
});

test('a word with spaces or quotes stays one word', () => {
  expect(quoted("./my calls/it's.json")).toBe("'./my calls/it'\\''s.json'");
  expect(quoted('./my.ts')).toBe('./my.ts');
});
