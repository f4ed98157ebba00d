// Rules of the house that no linter knows: which rooms may touch real time and real chance, how
// long a file may be, and what is never left lying about.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

const LINES_MAX = 400;
const MEDIAN_LINES_MAX = 120;
/** The formatter's own line width, 110: it breaks lines there, and leaves alone what it cannot break. */
const COLUMNS_MAX = (JSON.parse(readFileSync('biome.json', 'utf8')) as { formatter: { lineWidth: number } })
  .formatter.lineWidth;

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
  /^agent\/serve\.ts$/,
  // In a browser, where time is real.
  /^agent\/web\//,
  /^sim\/loopback\//,
  /^sim\/kernel\/settle\.ts$/,
  /^scenarios\/commands\//,
  /^scenarios\/load\//,
];

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((path) => /^(agent|sim|scenarios|reports)\//.test(path) && existsSync(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
const isTest = (path: string) => /\.test(-support)?\.ts$/.test(path);
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

/** Lines outside of the border rooms that read the clock or draw lots. */
function leaks(among: typeof sources): string[] {
  const inside = among.filter(({ path }) => !BORDER.some((room) => room.test(path)));
  const suspect = inside.filter(({ text }) => BANNED.some(({ word }) => word.test(text)));
  const code = suspect.map(({ path, text }) => ({ path, text: codeOf(text) }));
  return breaches(code, (line) => BANNED.find(({ word }) => word.test(line))?.name);
}

/** The text without comments and literals, line by line the same; what stands in `${}` is code. */
function codeOf(text: string): string {
  const characters = text.replaceAll(/[^\n]/g, ' ').split('');
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node) || ts.isLiteralExpression(node) || ts.isTemplateLiteralToken(node)) return;
    const children = node.getChildren();
    for (const child of children) visit(child);
    if (children.length > 0) return;
    for (let at = node.getStart(); at < node.end; at += 1) characters[at] = text.charAt(at);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return characters.join('');
}

test('real time and real chance stay at the border', () => {
  expect(leaks(shipped)).toEqual([]);
});

test.each([
  ['const now = Date.now();', 'Date.now'],
  ['const text = `at §{Date.now()} ms`;', 'Date.now'],
  ['const text = `at §{`§{Math.random()}`}`;', 'Math.random'],
  ["const text = 'a' + Math.random() + 'b';", 'Math.random'],
  ['setTimeout(() => {}, 1); // soon', 'timers'],
])('the ban bites, § being the dollar: %s', (written, name) => {
  const line = written.replaceAll('§', '$');
  const path = 'agent/core/bad.ts';
  expect(leaks([{ path, text: `/** A file. */\n${line}\n` }])).toEqual([`${path}:2: ${name}`]);
  expect(leaks([{ path: 'agent/io/good.ts', text: line }])).toEqual([]);
});

test.each([
  '// not Date.now()',
  "const text = 'Date.now()';",
  'const text = `Date.now() §{1} Math.random()`;',
  'const pattern = /Date.now/;',
  'const one = 1; // Date.now',
  '/** As\n * Date.now\n */',
])('the ban knows words from code: %s', (written) => {
  const line = written.replaceAll('§', '$');
  expect(leaks([{ path: 'agent/core/good.ts', text: `${line}\n` }])).toEqual([]);
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
