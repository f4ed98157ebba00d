// The arrows of the house are checked by `npm run boundaries`; here a house built wrong on purpose
// proves that every rule bites.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const house = mkdtempSync(join(tmpdir(), 'parley-house-'));
afterAll(() => rmSync(house, { recursive: true, force: true }));

type Import = { readonly at: string; readonly imports: string };

/** A file per violation: what it imports is not its business. */
const WRONG: Readonly<Record<string, readonly Import[]>> = {
  'agent-stands-alone': [{ at: 'agent/io/a.ts', imports: '#sim/ok.ts' }],
  'core-imports-only-itself': [{ at: 'agent/core/b.ts', imports: '../io/ok.ts' }],
  'providers-import-core-and-media': [{ at: 'agent/providers/c.ts', imports: '../io/ok.ts' }],
  'vendors-do-not-know-each-other': [{ at: 'agent/providers/one/d.ts', imports: '../two/ok.ts' }],
  'transports-import-core-and-media': [{ at: 'agent/transports/e.ts', imports: '../providers/ok.ts' }],
  'telemetry-imports-core': [{ at: 'agent/telemetry/f.ts', imports: '../providers/ok.ts' }],
  'media-imports-core-or-itself': [{ at: 'agent/media/f.ts', imports: '../providers/ok.ts' }],
  'pure-rooms-touch-no-world': ['fs', 'process', 'perf_hooks', 'os', 'crypto'].map((name) => ({
    at: `agent/providers/g-${name.replace('_', '-')}.ts`,
    imports: `node:${name}`,
  })),
  'pure-rooms-load-nothing-by-name': [{ at: 'agent/providers/g.ts', imports: 'node:module' }],
  'sim-knows-agent-only': [{ at: 'sim/h.ts', imports: '#scenarios/ok.ts' }],
  'only-loopback-touches-io': [{ at: 'sim/i.ts', imports: '#agent/io/ok.ts' }],
  'simulated-world-touches-no-real-one': [
    ...['fs', 'net', 'http', 'worker_threads', 'child_process'].map((name) => ({
      at: `sim/l-${name.replace('_', '-')}.ts`,
      imports: `node:${name}`,
    })),
    { at: 'sim/l-ws.ts', imports: 'ws' },
  ],
  'production-imports-no-test-support': [{ at: 'sim/m.ts', imports: './ok.test-support.ts' }],
  'reports-are-pure': [{ at: 'reports/j.ts', imports: '#agent/core/ok.ts' }],
  'no-cycle': [{ at: 'scenarios/k-back.ts', imports: './k.ts' }],
};

/** Exceptions that the rules state, and rooms that may. */
const RIGHT: readonly Import[] = [
  { at: 'agent/providers/tokens.ts', imports: 'node:module' },
  { at: 'sim/providers/profile.ts', imports: 'node:fs' },
  { at: 'sim/loopback/ok.ts', imports: 'ws' },
  { at: 'sim/ok.test.ts', imports: './ok.test-support.ts' },
  { at: 'agent/core/ok.test-support.ts', imports: '../io/ok.ts' },
];

const OK = [
  'agent/io/ok.ts',
  'agent/core/ok.ts',
  'agent/providers/ok.ts',
  'agent/providers/two/ok.ts',
  'sim/ok.ts',
  'sim/ok.test-support.ts',
  'scenarios/ok.ts',
  'reports/ok.ts',
];

function lay(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

/** `rule file` of every violation. */
function cruise(): readonly string[] {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rooms = ['agent', 'sim', 'scenarios', 'reports'];
  const args = [bin, '--config', '.dependency-cruiser.json', '--output-type', 'json', ...rooms];
  const { stdout } = spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8' });
  const report = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string }[] };
  };
  return report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
}

test('a house built wrong breaks every rule, and a house built right breaks none', {
  timeout: 60_000,
}, () => {
  for (const file of ['.dependency-cruiser.json', 'tsconfig.json', 'package.json'])
    cpSync(file, join(house, file));
  symlinkSync(resolve('node_modules'), join(house, 'node_modules'));
  for (const path of OK) lay(path, 'export const ok = 1;\n');
  for (const { at, imports } of RIGHT) lay(at, `import '${imports}';\nexport const ok = 1;\n`);
  expect(cruise()).toEqual([]);
  for (const { at, imports } of Object.values(WRONG).flat())
    lay(at, `import '${imports}';\nexport const bad = 1;\n`);
  lay('scenarios/k.ts', "import './k-back.ts';\nexport const there = 1;\n");
  const wrong = Object.entries(WRONG).flatMap(([rule, imports]) => imports.map(({ at }) => `${rule} ${at}`));
  expect(cruise().toSorted()).toEqual(wrong.toSorted());
  const rules = JSON.parse(readFileSync('.dependency-cruiser.json', 'utf8')) as {
    forbidden: { name: string }[];
  };
  expect(Object.keys(WRONG).toSorted()).toEqual(rules.forbidden.map(({ name }) => name).toSorted());
});
