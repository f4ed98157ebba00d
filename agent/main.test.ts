// The agent alone where it cannot start: exit code 3 when the environment lacks something, 2 when a value
// is wrong, and each time the variable and what to do about it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
/** Without a `.env` of the developer's own. */
const folder = mkdtempSync(join(tmpdir(), 'parley-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(env: Readonly<Record<string, string>>, cwd = folder): { child: ChildProcess; text(): string } {
  const child = spawn(process.execPath, [resolve('agent/main.ts')], {
    cwd,
    env: { PATH: process.env['PATH'], WS_HOST: '127.0.0.1', ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => {
      text += data.toString();
    });
  return { child, text: () => text };
}

async function ended(env: Readonly<Record<string, string>>, cwd?: string): Promise<[number, string]> {
  const { child, text } = start(env, cwd);
  const [code] = await once(child, 'close');
  return [code, text()];
}

describe('node agent/main.ts', () => {
  test('without keys names them all and where to get them: 3', async () => {
    const [code, text] = await ended({});
    expect(code).toBe(3);
    for (const name of Object.keys(KEYS)) expect(text).toContain(`${name} is missing`);
    expect(text.match(/get one at https:/g)).toHaveLength(3);
    expect(text).toMatch(/^(.+\n {2}at: .+\n {2}do: .+\n){3}$/);
  });

  test('with a wrong value names it: 2', async () => {
    const [code, text] = await ended({ ...KEYS, WS_PORT: 'http' });
    expect(code).toBe(2);
    expect(text).toBe(
      'WS_PORT is wrong: must be a whole number from 0 to 65535\n' +
        '  at: WS_PORT in the environment or in .env\n' +
        '  do: correct WS_PORT in the environment or in .env (port to listen on)\n',
    );
  });

  test('with a missing key and a wrong value tells both: 2', async () => {
    const [code, text] = await ended({ TRANSPORT_TYPE: 'carrier-pigeon' });
    expect(code).toBe(2);
    expect(text).toContain('TRANSPORT_TYPE is wrong: must be one of: websocket, webrtc, daily');
    expect(text).toContain('CARTESIA_API_KEY is missing');
  });

  test('on a port in use names WS_PORT: 3', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const [code, text] = await ended({ ...KEYS, WS_PORT: String(port) });
    other.close();
    expect(code).toBe(3);
    expect(text).toContain(`port ${port} on 127.0.0.1 is in use by another program`);
    expect(text).toContain(`\n  at: WS_HOST 127.0.0.1, WS_PORT ${port}\n  do: set WS_PORT to a free port`);
  });

  test('with an unreadable .env says so: 2', async () => {
    const odd = mkdtempSync(join(folder, 'odd-'));
    // A folder by that name is unreadable for everybody, the superuser too.
    mkdirSync(join(odd, '.env'));
    const [code, text] = await ended(KEYS, odd);
    const at = join(realpathSync(odd), '.env');
    expect(code).toBe(2);
    expect(text).toBe(`.env cannot be read (EISDIR)\n  at: ${at}\n  do: make .env readable or remove it\n`);
  });

  test('with keys in .env starts, and ends cleanly when asked to: 0', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    writeFileSync(
      join(home, '.env'),
      Object.entries(KEYS)
        .map(([name, key]) => `${name}=${key}\n`)
        .join(''),
    );
    const { child, text } = start({ WS_PORT: '0' }, home);
    await expect.poll(text, { timeout: 15_000 }).toContain('ready for callers');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text())?.[0];
    expect(await (await fetch(`${url}/status`)).json()).toMatchObject({ status: 'ready' });
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    expect([code, text()]).toEqual([0, expect.stringContaining('stopping')]);
  });
});
