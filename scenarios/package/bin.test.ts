// The package's program in a Node that is too old for the command line, and in one that is not.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packaged } from './manifest.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-bin-'));
const bin = join(folder, 'bin.cjs');
beforeAll(() => {
  copyFileSync('scenarios/bin.cjs', bin);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'main.js'),
    "process.stdout.write(['started', ...process.argv.slice(2)].join(' '));",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program as a Node of that version has it. */
function startedBy(version: string) {
  const pretence = join(folder, 'pretence.cjs');
  const versions = JSON.stringify({ ...process.versions, node: version });
  writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  return spawnSync(process.execPath, ['-r', pretence, bin, 'gate', 'x'], { encoding: 'utf8' });
}

test.each(['18.20.4', '22.17.0', '24.14.9'])(
  'Node %s is told what is needed, in three lines: 3',
  (version) => {
    const { status, stdout, stderr } = startedBy(version);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr.split('\n')).toHaveLength(4);
    expect(stderr).toMatch(/^parley needs Node ≥ 24\.15\n {2}at: Node /);
    expect(stderr).toContain(version);
  },
);

test.each(['24.15.0', '24.21.0', '26.0.0'])('Node %s starts the command line', (version) => {
  expect(startedBy(version)).toMatchObject({ status: 0, stdout: 'started gate x', stderr: '' });
});

test('what it needs is what the manifest says, and the manifest starts it', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(readFileSync('scenarios/bin.cjs', 'utf8')).toContain(
    `const NEEDED = '${manifest.engines.node.replace('>=', '')}';`,
  );
  expect(packaged(manifest)).toMatchObject({ bin: { parley: './dist/scenarios/bin.cjs' } });
});
