import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Runs the command with these options and this PATH; what it said and its exit code. */
function command(options: object, path = process.env['PATH'] ?? ''): { code: number | null; said: string } {
  const code = `
    const { run } = await import('#scenarios/commands/validate-netem.ts');
    process.exitCode = await run(${JSON.stringify(options)});`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return { code: run.status, said: run.stderr };
}

it('names every missing package, and how to get it, where neither kernel can do it', () => {
  const { code, said } = command({ networks: ['delay=20ms'] }, '/nowhere');
  expect(code).toBe(3);
  expect(said).toContain('the program "linux.uml"');
  expect(said).toContain('do: apt-get install -y user-mode-linux');
});

it('refuses networks that netem cannot express by field, and others by what is wrong', () => {
  const gamma = command({ networks: ['delay=20ms loss=1%', 'intercontinental'] });
  expect(gamma).toMatchObject({ code: 2 });
  expect(gamma.said).toContain('netem cannot express up.jitter of this network');
  expect(gamma.said).toContain('at: --network intercontinental');
  expect(command({ networks: ['delay=-3ms'] })).toMatchObject({ code: 2 });
  expect(command({ seconds: 0 })).toMatchObject({ code: 2 });
});
