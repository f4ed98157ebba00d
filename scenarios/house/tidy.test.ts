// Rules of the house that no linter knows: which rooms may touch real time and real chance, how
// long a file may be, and what is never left lying about.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const LINES_MAX = 400;
const MEDIAN_LINES_MAX = 120;
const COLUMNS_MAX = 110;

/** What simulated time and keyed chance cannot control. */
const BANNED: readonly { readonly word: RegExp; readonly name: string }[] = [
  { word: /\bDate\.now\b/, name: 'Date.now' },
  { word: /\bnew Date\(\)/, name: 'new Date()' },
  { word: /\bMath\.random\b/, name: 'Math.random' },
  { word: /\bset(Timeout|Interval|Immediate)\b/, name: 'timers' },
  { word: /\bprocess\.(nextTick|hrtime)\b/, name: 'process.nextTick, process.hrtime' },
  { word: /\bperformance\.now\b/, name: 'performance.now' },
  { word: /\bqueueMicrotask\b/, name: 'queueMicrotask' },
  { word: /\brandom(UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b/, name: 'crypto chance' },
  { word: /\b(FinalizationRegistry|WeakRef)\b/, name: 'garbage collector callbacks' },
];

/** Rooms that may: they are the border to the real world, or measure it. */
const BORDER = [
  /^agent\/io\//,
  /^agent\/main\.ts$/,
  /^sim\/loopback\//,
  /^sim\/kernel\/settle\.ts$/,
  /^scenarios\/(runner|commands|bench)\//,
];

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((path) => /^(agent|sim|scenarios|reports)\//.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const isTest = (path: string) => /\.test\.ts$|stand-in-browser\.ts$/.test(path);
const shipped = sources.filter(({ path }) => !isTest(path));

/** `file:line` of every line of the given sources that breaks a rule. */
function breaches(among: typeof sources, breaks: (line: string) => string | undefined): string[] {
  return among.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const why = breaks(line);
      return why === undefined ? [] : [`${path}:${index + 1}: ${why}`];
    }),
  );
}

test('real time and real chance stay at the border', () => {
  const inside = shipped.filter(({ path }) => !BORDER.some((room) => room.test(path)));
  const found = breaches(inside, (line) => {
    const code = line.replace(/^\s*(\/\/|\*|\/\*).*/, '').replace(/'[^']*'|`[^`]*`/g, "''");
    return BANNED.find(({ word }) => word.test(code))?.name;
  });
  expect(found).toEqual([]);
});

test('the ban bites: a line that reads the clock is found', () => {
  const bad = [{ path: 'agent/core/bad.ts', text: 'const now = Date.now();\n' }];
  const found = breaches(bad, (line) => BANNED.find(({ word }) => word.test(line))?.name);
  expect(found).toEqual(['agent/core/bad.ts:1: Date.now']);
});

test('no file is longer than a reader bears, and most are short', () => {
  const lengths = shipped.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  expect(lengths.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
  const sorted = lengths.map(({ lines }) => lines).sort((left, right) => left - right);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(MEDIAN_LINES_MAX);
});

test('lines fit the window', () => {
  expect(
    breaches(sources, (line) => (line.length > COLUMNS_MAX ? `${line.length} columns` : undefined)),
  ).toEqual([]);
});

test('nothing is left for later', () => {
  const word = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
  expect(breaches(sources, (line) => word.exec(line)?.[0])).toEqual([]);
});

test('every file says first what it is', () => {
  const silent = shipped.filter(
    ({ path, text }) => !/^(#!.*\n)?(\/\/|\/\*\*)/.test(text) && !/library\//.test(path),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('file names are lower-case nouns, and none of them says nothing', () => {
  const empty = /(^|\/)(utils?|helpers?|common|manager|base|types?|misc)\.ts$/;
  const odd = sources.filter(({ path }) => !/^[a-z0-9/.-]+$/.test(path) || empty.test(path));
  expect(odd.map(({ path }) => path)).toEqual([]);
});
