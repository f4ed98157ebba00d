// The arrows of the house are checked by `npm run boundaries`; here a house built wrong on purpose
// proves that every rule bites.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const house = mkdtempSync(join(tmpdir(), 'parley-house-'));
afterAll(() => rmSync(house, { recursive: true, force: true }));

/** A file per violation: what it imports is not its business. */
const WRONG: Readonly<Record<string, { readonly at: string; readonly imports: string }>> = {
  'agent-stands-alone': { at: 'agent/io/a.ts', imports: '#sim/ok.ts' },
  'core-imports-only-itself': { at: 'agent/core/b.ts', imports: '../io/ok.ts' },
  'providers-import-core-and-media': { at: 'agent/providers/c.ts', imports: '../io/ok.ts' },
  'vendors-do-not-know-each-other': { at: 'agent/providers/one/d.ts', imports: '../two/ok.ts' },
  'transports-import-core-and-media': { at: 'agent/transports/e.ts', imports: '../providers/ok.ts' },
  'media-imports-core-or-itself': { at: 'agent/media/f.ts', imports: '../providers/ok.ts' },
  'pure-rooms-touch-no-world': { at: 'agent/providers/g.ts', imports: 'node:fs' },
  'sim-knows-agent-only': { at: 'sim/h.ts', imports: '#scenarios/ok.ts' },
  'only-loopback-touches-io': { at: 'sim/i.ts', imports: '#agent/io/ok.ts' },
  'reports-are-pure': { at: 'reports/j.ts', imports: '#agent/core/ok.ts' },
  'no-cycle': { at: 'scenarios/k.ts', imports: './k-back.ts' },
};

const OK = [
  'agent/io/ok.ts',
  'agent/core/ok.ts',
  'agent/providers/ok.ts',
  'agent/providers/two/ok.ts',
  'sim/ok.ts',
  'scenarios/ok.ts',
];

function lay(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

function cruise(): { readonly status: number | null; readonly rules: Set<string> } {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rooms = ['agent', 'sim', 'scenarios', 'reports'];
  const args = [bin, '--config', '.dependency-cruiser.json', '--output-type', 'json', ...rooms];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8' });
  const report = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string } }[]; error: number };
  };
  return { status, rules: new Set(report.summary.violations.map(({ rule }) => rule.name)) };
}

test('a house built wrong breaks every rule, and a house built right breaks none', {
  timeout: 60_000,
}, () => {
  for (const file of ['.dependency-cruiser.json', 'tsconfig.json', 'package.json'])
    cpSync(file, join(house, file));
  for (const path of OK) lay(path, 'export const ok = 1;\n');
  lay('reports/ok.ts', 'export const ok = 1;\n');
  expect(cruise().rules).toEqual(new Set());
  for (const { at, imports } of Object.values(WRONG))
    lay(at, `import '${imports}';\nexport const bad = 1;\n`);
  lay('scenarios/k-back.ts', "import './k.ts';\nexport const back = 1;\n");
  expect(cruise().rules).toEqual(new Set(Object.keys(WRONG)));
});
