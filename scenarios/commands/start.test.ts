// `npm start` where it cannot start: three lines each, and the exit code of the house.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** Without a `.env` of the developer's own. */
const folder = mkdtempSync(join(tmpdir(), 'parley-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [resolve('scenarios/main.ts'), 'start', ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], WS_HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('Ctrl-C')) child.kill('SIGTERM');
    });
  }
  const [code] = await once(child, 'close');
  return { code, text };
}

test('without keys it starts, says so, and ends cleanly', async () => {
  const { code, text } = await start(['--port', '0']);
  expect(text).toMatch(/Talk to it: http:\/\/localhost:\d+\n/);
  expect(text).toContain('No key is set: it runs on the built-in emulators.');
  expect(code).toBe(0);
});

test('a port in use is named as it was given: 3', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, text } = await start(['--port', String(port)]);
  other.close();
  expect(code).toBe(3);
  const [what, where, todo, ...more] = text.split('\n');
  expect(what).toContain(`port ${port} on 127.0.0.1 is in use by another program`);
  expect(where).toBe(`  at: --port ${port}`);
  expect(todo).toMatch(/^ {2}do: .*--port 0/);
  expect(more).toEqual(['']);
});

test('with some keys and not all, the missing ones are named: 3', async () => {
  const { code, text } = await start(['--port', '0'], { CARTESIA_API_KEY: 'ck' });
  expect(code).toBe(3);
  expect(text).toContain('CEREBRAS_API_KEY is missing');
  expect(text).toContain('ELEVENLABS_API_KEY is missing');
  expect(text).not.toContain('Talk to it');
});

test.each([
  [['--scenario', 'multi-trun'], /unknown scenario "multi-trun"[\s\S]*did you mean "multi-turn"/],
  [['--port', 'http'], /whole number from 0 to 65535/],
])('a mistake on the command line is explained: 2', async (words, explained) => {
  const { code, text } = await start(words);
  expect(code).toBe(2);
  expect(text).toMatch(explained);
});
