// A guest kernel booted for real. Without user-mode-linux on this machine these tests name the package
// and skip; with it they take some twenty seconds.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { guestMissing, measureInGuest, removeGuestLeftOvers } from '#sim/loopback/netem/guest.ts';
import type { Direction, Impairment } from '#sim/network/impairment.ts';
import { percentile } from '../kpis/statistic.ts';

const lacking = guestMissing().map(({ what, todo }) => `${what}: ${todo}`);
const title = lacking.length === 0 ? 'a guest kernel' : `skipped, without ${lacking.join('; ')}`;

const symmetric = (name: string, direction: Direction): Impairment => ({
  name,
  up: direction,
  down: direction,
  source: 'test',
});
const workload = { connections: 2, frameBytes: 640, frameMs: 20, seconds: 3, skipSeconds: 1 };

const foldersOf = (pid: number | undefined): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`parley-${pid}.`));

/** Processes of guests whose folder belongs to process `pid`. */
const guestsOf = (pid: number | undefined): string[] =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(`parley-${pid}.`);
    } catch {
      return false;
    }
  });

/** A process whose guest is up and has work for a minute. */
async function host(): Promise<ChildProcess> {
  const condition = { impairment: symmetric('long', { delayMs: 1 }), workload: { ...workload, seconds: 60 } };
  const code = `
    const { measureInGuest } = await import('#sim/loopback/netem/guest.ts');
    await measureInGuest(${JSON.stringify({ conditions: [condition] })}, {
      secondsMax: 90,
      tell: (line) => process.stdout.write(line),
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', () => reject(new Error('it ended before its guest was up')));
  });
  return child;
}

const ended = (child: ChildProcess): Promise<string | number | null> =>
  new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));

describe.skipIf(lacking.length > 0)(title, () => {
  it('measures what netem does to WebSocket streams, and leaves nothing behind', async () => {
    const told: string[] = [];
    const conditions = [
      { impairment: symmetric('near', { delayMs: 20 }), workload },
      { impairment: symmetric('spiky', { delayMs: 1, spike: { perSecond: 1, meanMs: 9 } }), workload },
    ];
    const options = { secondsMax: 90, tell: (line: string) => void told.push(line) };
    const result = await measureInGuest({ conditions }, options);
    expect(result).toMatchObject({ ok: true, answer: { missing: [] } });
    if (!result.ok) return;
    const [near, spiky] = result.answer.measured;
    expect(typeof near === 'object' && [near.up.length, near.down.length, near.lost]).toEqual([200, 200, 0]);
    const delays = typeof near === 'object' ? [...near.up, ...near.down] : [];
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(19.9);
    expect(percentile(delays, 0.5)).toBeLessThan(26);
    expect(spiky).toMatch(/^up\.spike: /);
    expect(told).toEqual(['the guest is up', 'near …', 'spiky …']);
    expect(foldersOf(process.pid)).toEqual([]);
    await expect.poll(() => guestsOf(process.pid), { timeout: 5_000 }).toEqual([]);
  });

  it('is ended with its host by SIGINT, which still ends that', async () => {
    const child = await host();
    expect(foldersOf(child.pid)).toHaveLength(1);
    expect(guestsOf(child.pid)).not.toEqual([]);
    child.kill('SIGINT');
    expect(await ended(child)).toBe('SIGINT');
    expect(foldersOf(child.pid)).toEqual([]);
    await expect.poll(() => guestsOf(child.pid), { timeout: 5_000 }).toEqual([]);
  });

  it('outlives a host that was killed only until the next one begins', async () => {
    const child = await host();
    child.kill('SIGKILL');
    await ended(child);
    const [folder = ''] = foldersOf(child.pid);
    expect(guestsOf(child.pid)).not.toEqual([]);
    expect(removeGuestLeftOvers()).toContain(folder);
    expect(foldersOf(child.pid)).toEqual([]);
    await expect.poll(() => guestsOf(child.pid), { timeout: 5_000 }).toEqual([]);
  });

  it('is ended when it takes too long, and says so', async () => {
    const condition = {
      impairment: symmetric('long', { delayMs: 1 }),
      workload: { ...workload, seconds: 60 },
    };
    const result = await measureInGuest({ conditions: [condition] }, { secondsMax: 2, tell: () => {} });
    expect(result).toMatchObject({ ok: false });
    expect(foldersOf(process.pid)).toEqual([]);
  });
});
