import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const TABLE = [
  'id,cc,workload,impair,p50,p90,p95,p99,late100_pct,stalls100_per_min',
  'quiet,cubic,pcm100,delay=50.0,50.4,50.6,50.7,53.5,0.0,0.0',
  'later,vegas,pcm20,delay=50.0,50.4,50.6,50.7,53.5,0.0,0.0',
];

/** Runs the command with these options; its exit code and what it said. */
function command(options: object): { code: number | null; out: string; said: string } {
  const code = `
    const { run } = await import('#scenarios/commands/validate.ts');
    process.exitCode = await run(${JSON.stringify(options)});`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout, said: run.stderr };
}

function fileOf(lines: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'parley-')), 'table.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

it('prints model beside real and succeeds when every target holds', () => {
  const out = mkdtempSync(join(tmpdir(), 'parley-'));
  const table = command({ tcp: fileOf(TABLE), out });
  expect(table.code).toBe(0);
  expect(table.out).toContain('quiet                   50.2/50.4');
  expect(table.out).toContain('later left out: cc: "vegas" is not modelled');
  expect(table.out).toContain('regime right in 1 of 1 conditions: holds');
  const file = readFileSync(join(out, 'result.json'), 'utf8');
  expect(JSON.parse(file)).toMatchObject({ schema: 'parley-validate/1', tcp: { holds: true } });
});

it('fails when a target is missed', () => {
  const wrong = TABLE.map((line) =>
    line.replace('quiet,cubic,pcm100,delay=50.0', 'quiet,cubic,pcm100,delay=90.0'),
  );
  const { code, out } = command({ tcp: fileOf(wrong), json: true });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ tcp: { ok: true, holds: false } });
});

it('refuses nothing at all, and tables that are none, in three lines', () => {
  expect(command({})).toMatchObject({ code: 2, said: expect.stringContaining('nothing to validate') });
  const { code, said } = command({ tcp: fileOf(['id,cc', 'a,b']) });
  expect(code).toBe(2);
  expect(said.trim().split('\n')).toHaveLength(3);
  expect(said).toContain('the header lacks workload');
});
