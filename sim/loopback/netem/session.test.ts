// On real namespaces of this machine. A plain line needs no netem, so taking it down can be proven
// where the kernel has none; without the rights for namespaces these tests name them and skip.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Impairment } from '#sim/network/impairment.ts';
import { attempt, missingProgram, missingRights } from './capability.ts';
import { isLeftOver, ownerOf } from './owner.ts';
import { namespaceNames, removeLeftOvers, withNetem } from './session.ts';

const plain: Impairment = { name: 'plain', up: { delayMs: 0 }, down: { delayMs: 0 }, source: 'test' };

const lacking = [
  ...missingProgram('ip', attempt(['ip', '-V'])),
  ...missingRights(process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''),
].map(({ what }) => what);
const title = lacking.length === 0 ? 'a network of namespaces' : `skipped, without ${lacking.join(', ')}`;

const namesOf = (pid: number | undefined): string[] =>
  namespaceNames().filter((name) => name.startsWith(`parley-${pid}.`));

/** A process that opens a session, starts a program in it, says so, and then does `ending`. */
async function victim(ending: string): Promise<ChildProcess> {
  const code = `
    const { withNetem } = await import('${new URL('./session.ts', import.meta.url).href}');
    await withNetem(${JSON.stringify(plain)}, async (netem) => {
      const child = netem.start('near', ['sleep', '60'], { stdio: 'ignore' });
      child.unref();
      await new Promise((resolve) => child.once('spawn', resolve));
      process.stdout.write('ready');
      ${ending}
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', () => reject(new Error('it ended before it was ready')));
  });
  return child;
}

const ended = (child: ChildProcess): Promise<string | number | null> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));

const WAIT = 'await new Promise((resolve) => setTimeout(resolve, 60_000));';

describe.skipIf(lacking.length > 0)(title, () => {
  it('joins two namespaces, and is gone after the work', async () => {
    const result = await withNetem(plain, async ({ pair, start }) => {
      expect(namespaceNames()).toEqual(expect.arrayContaining([pair.near.namespace, pair.far.namespace]));
      const child = start('near', ['ip', '-o', 'addr', 'show', 'dev', pair.near.device]);
      let shown = '';
      child.stdout?.on('data', (data: Buffer) => {
        shown += data.toString();
      });
      await ended(child);
      return shown;
    });
    expect(result.ok && result.value).toContain('inet 10.77.0.1/30');
    expect(namesOf(process.pid)).toEqual([]);
  });

  it('allows several at a time', async () => {
    await withNetem(plain, async (outer) => {
      await withNetem(plain, async (inner) => {
        expect(inner.pair.near.namespace).not.toBe(outer.pair.near.namespace);
        expect(namesOf(process.pid)).toHaveLength(4);
      });
      expect(namesOf(process.pid)).toHaveLength(2);
    });
    expect(namesOf(process.pid)).toEqual([]);
  });

  it('is gone after work that throws, and the exception passes', async () => {
    const work = withNetem(plain, () => Promise.reject(new Error('the work failed')));
    await expect(work).rejects.toThrow('the work failed');
    expect(namesOf(process.pid)).toEqual([]);
  });

  it('is gone after a command that failed, and names it', async () => {
    const impossible = {
      ...plain,
      up: { delayMs: 0, bottleneck: { kind: 'rate', kbps: -1, queueBytes: 1 } },
    };
    const result = await withNetem(impossible as Impairment, async () => 'worked');
    expect(result).toMatchObject({ ok: false, kind: 'failed' });
    expect(!result.ok && result.kind === 'failed' && result.command[0]).toBe('tc');
    expect(namesOf(process.pid)).toEqual([]);
  });

  it('is not even begun for a profile that netem cannot express', async () => {
    const down = { delayMs: 1, spike: { perSecond: 1, meanMs: 10 } };
    const result = await withNetem({ ...plain, down }, async () => 'worked');
    expect(result).toMatchObject({ ok: false, kind: 'refused', refusals: [{ field: 'down.spike' }] });
  });

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGHUP'],
  ] as const)('is gone after %s, which still ends the process', async (_name, signal) => {
    const child = await victim(WAIT);
    expect(namesOf(child.pid)).toHaveLength(2);
    child.kill(signal);
    expect(await ended(child)).toBe(signal);
    expect(namesOf(child.pid)).toEqual([]);
  });

  it.each([
    ['an exception nobody caught', "setTimeout(() => { throw new Error('crash'); }, 200);", 1],
    ['an exit in the middle', 'setTimeout(() => process.exit(7), 200);', 7],
  ])('is gone after %s', async (_name, crash, code) => {
    const child = await victim(crash + WAIT);
    expect(namesOf(child.pid)).toHaveLength(2);
    expect(await ended(child)).toBe(code);
    expect(namesOf(child.pid)).toEqual([]);
  });

  it('outlives SIGKILL only until the next session begins, processes included', async () => {
    const child = await victim(WAIT);
    const [near = ''] = namesOf(child.pid).filter((name) => name.endsWith('near'));
    expect(removeLeftOvers()).not.toContain(near);
    child.kill('SIGKILL');
    await ended(child);
    const orphan = attempt(['ip', 'netns', 'pids', near]).stdout.trim();
    expect(orphan).toMatch(/^\d+$/);
    await withNetem(plain, async () => undefined);
    expect(namesOf(child.pid)).toEqual([]);
    await expect.poll(() => ownerOf(Number(orphan))).toBe(undefined);
  });
});

it('takes for left over only what names a process that no longer runs', () => {
  expect(isLeftOver(`parley-${ownerOf()}-0-near`)).toBe(false);
  expect(isLeftOver(`parley-${process.pid}.1-0-near`)).toBe(true);
  expect(isLeftOver('parley-999999999.5-0-near')).toBe(true);
  expect(isLeftOver('parley-somebody-else')).toBe(false);
  expect(isLeftOver('other-1.2-0')).toBe(false);
});
