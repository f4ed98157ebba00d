// The package as its user has it: packed, installed in an empty project elsewhere, and used there by the
// command line and from a test. In the group that runs alone: an installation takes all of the machine.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const VITEST = (
  JSON.parse(readFileSync('package.json', 'utf8')) as { devDependencies: Record<string, string> }
).devDependencies['vitest'];
/** A copy to pack: packing changes the manifest for a moment, and neighbours read it. */
const copy = mkdtempSync(join(tmpdir(), 'parley-pack-'));
const project = mkdtempSync(join(tmpdir(), 'parley-user-'));
afterAll(() => {
  for (const folder of [copy, project]) rmSync(folder, { recursive: true, force: true });
});

/** Without what npm tells the programs that it starts: it would take this repository for the project. */
const own = Object.entries(process.env).filter(([name]) => !/^(npm_|init_cwd$)/i.test(name));
const env = {
  ...Object.fromEntries(own),
  PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env['PATH']}`,
};

function run(folder: string, command: string, ...words: readonly string[]): { code: number; out: string } {
  try {
    return {
      code: 0,
      out: execFileSync(command, words, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: `${stdout}${stderr}` };
  }
}

const SCENARIO = `
import { conversation } from 'parley';
export const mine = conversation('mine', { about: 'One question.', voice: 'awb' }, ({ caller, agent }) => {
  caller.says('What time do you open tomorrow?');
  agent.replies('We open at nine in the morning.');
  caller.hangsUp();
});
`;

const TEST = `
import { expect, test } from 'vitest';
import { runScenario } from 'parley';
import 'parley/vitest';
import { mine } from './my.ts';

test('mine meets its requirements', async () => {
  const result = await runScenario(mine, { runs: 3 });
  expect(result.runs).toBe(3);
  expect(result).toMeetKpis();
});
`;

test('installed in an empty project it plays a scenario, a test and the gate', { timeout: 300_000 }, () => {
  const rooms = ['agent', 'sim', 'scenarios', 'reports'];
  const files = [...rooms, 'package.json', 'tsconfig.json', 'tsconfig.package.json', 'README.md', 'LICENSE'];
  for (const file of files) cpSync(file, join(copy, file), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  const manifest = readFileSync('package.json', 'utf8');
  expect(run(copy, 'npm', 'pack', '--silent')).toMatchObject({ code: 0 });
  expect(readFileSync(join(copy, 'package.json'), 'utf8'), 'the manifest is back').toBe(manifest);
  const [tarball] = readdirSync(copy).filter((file) => file.endsWith('.tgz'));

  run(project, 'npm', 'init', '-y');
  run(project, 'npm', 'pkg', 'set', 'type=module');
  const wanted = [join(copy, tarball ?? ''), `vitest@${VITEST}`];
  const installed = run(project, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...wanted);
  expect(installed.code, installed.out).toBe(0);
  expect(readdirSync(join(project, 'node_modules'))).not.toContain('openai');
  writeFileSync(join(project, 'my.ts'), SCENARIO);
  writeFileSync(join(project, 'my.test.ts'), TEST);

  const played = run(project, 'npx', '--no-install', 'parley', 'scenario', './my.ts');
  expect(played.code, played.out).toBe(0);
  expect(played.out).toMatch(/PASS.* mine/);
  const tested = run(project, 'npx', '--no-install', 'vitest', 'run');
  expect(tested.code, tested.out).toBe(0);
  const parley = (...words: readonly string[]) => run(project, 'npx', '--no-install', 'parley', ...words);
  expect(parley('--version').out.trim()).toBe((JSON.parse(manifest) as { version: string }).version);
  expect(parley('--help').out).not.toMatch(/^ {2}(hashes|requirements|bench|validate)/m);
  expect(parley('hashes')).toMatchObject({ code: 2 });
  expect(parley('gate').out).toContain('no scenario is named');
  const gate = ['parley', 'gate', './my.ts'];
  const none = run(project, 'npx', '--no-install', ...gate);
  expect([none.code, none.out]).toEqual([
    2,
    expect.stringContaining('npx parley gate ./my.ts --accept "reason"'),
  ]);
  const accepted = run(project, 'npx', '--no-install', ...gate, '--accept', 'the first one');
  expect(accepted.code, accepted.out).toBe(0);
  expect(readdirSync(project)).toContain('parley-gate.json');
  const held = run(project, 'npx', '--no-install', ...gate);
  expect(held.code, held.out).toBe(0);
});
