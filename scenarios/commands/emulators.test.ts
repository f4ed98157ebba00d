// `npm run emulators` as it is typed: what it prints is all that an agent needs to be pointed at it, second
// providers included, and it ends when it is told to.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readSettings } from '#agent/settings.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

type Started = { readonly env: Readonly<Record<string, string>>; stop(): Promise<number | null> };

/** Started, once it has printed everything. */
async function emulators(words: readonly string[], hedge: string): Promise<Started> {
  const env = { ...process.env, HEDGE: hedge };
  const child = spawn(process.execPath, ['scenarios/main.ts', 'emulators', ...words], { env });
  running.push(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const text = await new Promise<string>((resolve, reject) => {
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      seen += part;
      if (seen.includes('Ctrl-C')) resolve(seen);
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}`)));
  });
  const pairs = Array.from(text.matchAll(/^([A-Z_]+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { env: Object.fromEntries(pairs) as Record<string, string>, stop };
}

const addressesIn = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) => (name.endsWith('_BASE_URL') ? [value] : []));

const listens = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname, () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });

test.each([
  ['nobody in reserve', [], '', 3, 'off'],
  ['HEDGE asks for second providers', [], 'failover', 6, 'failover'],
  ['--hedge asks for them, whatever HEDGE says', ['--hedge', 'hedge'], 'off', 6, 'hedge'],
] as const)(
  '%s',
  async (_, words, hedge, count, mode) => {
    const { env, stop } = await emulators(words, hedge);
    const addresses = addressesIn(env);
    expect(new Set(addresses).size).toBe(count);
    expect(await Promise.all(addresses.map(listens))).toEqual(addresses.map(() => true));
    const read = readSettings(env);
    expect(read.ok ? [] : read.problems).toEqual([]);
    expect(env['HEDGE'] ?? 'off').toBe(mode);
    expect(await stop()).toBe(0);
    expect(await Promise.all(addresses.map(listens))).not.toContain(true);
  },
  30_000,
);

test('what is no use of second providers is refused with what is', async () => {
  await expect(emulators(['--hedge', 'sometimes'], '')).rejects.toThrow('it ended with 2');
  await expect(emulators([], 'sometimes')).rejects.toThrow('it ended with 2');
}, 30_000);
