// What people are told to type exists: every command of README.md and package.json is a script, every
// script of the laboratory a verb of its command line, and every option one that the verb has.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The verb of a script that goes through the laboratory's command line. */
const verbOf = (script: string): string | undefined =>
  /^node scenarios\/main\.ts ?(\S*)/.exec(scripts[script] ?? '')?.[1];

const help = (...verb: readonly string[]): string =>
  spawnSync(process.execPath, ['scenarios/main.ts', ...verb, '--help'], { encoding: 'utf8' }).stdout;

const verbs = Array.from(help().matchAll(/^ {2}([a-z-]+) /gm), ([, verb = '']) => verb).filter(
  (verb) => verb !== 'help',
);
const optionsOf = (verb: string): string[] =>
  Array.from(help(verb).matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm), ([, option = '']) => option);

type Command = { readonly script: string; readonly options: readonly string[] };

/** Commands of a text; lines that begin with `[` go on with the one before. */
function commandsIn(text: string): readonly Command[] {
  const lines = text.replaceAll(/\n +\[/g, ' [').split('\n');
  return lines.flatMap((line) =>
    Array.from(
      line.matchAll(/\bnpm (?:run (?:-s )?([\w:-]+)|(start|test)\b)([^`#&]*)/g),
      (match): Command => {
        const [, named, short = '', rest = ''] = match;
        return { script: named ?? short, options: rest.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [] };
      },
    ),
  );
}

/** What is wrong with a command; nothing when it can be typed. */
function faultsOf({ script, options }: Command): readonly string[] {
  if (scripts[script] === undefined) return [`no script: ${script}`];
  const verb = verbOf(script);
  if (verb === undefined) return [];
  const known = optionsOf(verb);
  return options.filter((option) => !known.includes(option)).map((option) => `${script} has no ${option}`);
}

test('every script of the command line names one of its verbs, and every verb has a script', () => {
  const named = Object.keys(scripts).flatMap((script) => verbOf(script) ?? []);
  expect(named.toSorted()).toEqual(verbs.toSorted());
});

test('every command of the README exists, with its options', () => {
  const commands = commandsIn(readme);
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.flatMap(faultsOf)).toEqual([]);
});

test('the README leaves out no verb and no option', () => {
  const told = commandsIn(readme);
  const missing = verbs.flatMap((verb) => {
    const own = told.filter(({ script }) => verbOf(script) === verb);
    if (own.length === 0) return [verb];
    const options = own.flatMap((command) => command.options);
    const untold = optionsOf(verb).filter((option) => option !== '--help' && !options.includes(option));
    return untold.map((option) => `${verb} ${option}`);
  });
  expect(missing).toEqual([]);
});

test('a command that does not exist is found, wherever it stands', () => {
  const text =
    '    npm run parity -- [--scenario NAME]\n          [--sede S]\n\nor `npm run juggle`, `npm start`.';
  expect(commandsIn(text).flatMap(faultsOf)).toEqual([
    'parity has no --scenario',
    'parity has no --sede',
    'no script: juggle',
  ]);
});

test('the README has no gap left to fill', () => {
  expect(readme.match(/@@\w*/g) ?? []).toEqual([]);
});
