// A process that holds a call is killed in the middle of it. The client comes back with its session's id to
// another process, which knows what was said: proved by what the model is asked there. With a file and with a
// Redis.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, expect, test } from 'vitest';
import { hasRedis, startRedis } from '#agent/io/store/redis.test-support.ts';
import {
  AgentProcess,
  type Asked,
  openTroupe,
  type Troupe,
  TypingClient,
  talker,
} from './agent-process.test-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-handover-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const run of undo.splice(0).reverse()) await run();
});

const SECRET = 'a-secret-of-some-length';
const POLL = { timeout: 15_000, interval: 10 };

async function troupe(asked: Asked[]): Promise<Troupe> {
  const llm = talker(asked, (messages) =>
    messages.length < 4 ? 'Nice to meet you, Nora.' : 'It is a long story, and I begin with the harbour.',
  );
  const opened = await openTroupe((cast) => ({ ...cast, llm }));
  undo.push(() => opened.close());
  return opened;
}

async function agent(env: Readonly<Record<string, string>>): Promise<AgentProcess> {
  const started = await AgentProcess.start(env);
  undo.push(() => started.stop());
  return started;
}

async function urlFrom({ address }: AgentProcess): Promise<URL> {
  const headers = { authorization: `Bearer ${SECRET}` };
  const answer = await fetch(`http://${address}/start`, { method: 'POST', headers });
  return new URL(((await answer.json()) as { wsUrl: string }).wsUrl);
}

/** The address of the same session at another process. */
function elsewhere(url: URL, { address }: AgentProcess): string {
  const moved = new URL(url);
  moved.host = address;
  return moved.href;
}

const stores: [name: string, make: () => Promise<string>][] = [
  ['a file', async () => `file:${join(folder, 'calls.db')}`],
];
if (hasRedis) {
  stores.push([
    'a Redis',
    async () => {
      const redis = await startRedis();
      undo.push(() => redis.stop());
      return redis.address;
    },
  ]);
}

test.each(stores)(
  'with %s, a call whose process is killed goes on in another one',
  async (_name, make) => {
    const asked: Asked[] = [];
    const { env } = await troupe(asked);
    const shared = {
      ...env,
      AUTH_SECRET: SECRET,
      STORE: await make(),
      CLIENT_PROMPT: 'allow',
      DRAIN_MS: '0',
    };
    const [first, second] = [await agent(shared), await agent(shared)];
    const url = await urlFrom(first);
    const client = await TypingClient.call(url.href);
    client.says('client-message', { t: 'pin-fact', d: { text: 'The caller is a member.' } });
    client.types('My name is Nora.');
    await expect.poll(() => client.count('bot-stopped-speaking'), POLL).toBe(1);
    client.types('Tell me about the town.');
    // In the middle of the answer.
    await expect.poll(() => client.count('bot-started-speaking'), POLL).toBe(2);
    await first.kill();

    const begunMs = performance.now();
    const back = await TypingClient.call(elsewhere(url, second));
    await expect.poll(() => back.count('bot-ready'), POLL).toBe(1);
    const wentMs = performance.now() - begunMs;
    expect(back.told.find(({ type }) => type === 'bot-ready')?.data).toMatchObject({ resumed: true });
    // The answer went down with the other process: the caller is asked to say it again.
    await expect.poll(() => back.audioBytes, POLL).toBeGreaterThan(20_000);
    back.types('Do you still know my name?');
    await expect.poll(() => JSON.stringify(asked.at(-1)), POLL).toContain('still know my name');
    const [system, ...said] = asked.at(-1) ?? [];
    expect(system?.content).toContain('The caller is a member.');
    expect(said.slice(0, 3).map(({ content }) => content)).toEqual([
      'My name is Nora.',
      'Nice to meet you, Nora.',
      expect.stringContaining('Tell me about the town.'),
    ]);
    expect(wentMs).toBeLessThan(1_000);

    // Once it is over its words are nowhere.
    back.hangUp();
    await expect.poll(() => second.output, POLL).toContain('the call ended');
    const third = await agent(shared);
    const late = await TypingClient.call(elsewhere(url, third));
    await expect.poll(() => late.count('bot-ready'), POLL).toBe(1);
    expect(late.told.find(({ type }) => type === 'bot-ready')?.data).not.toHaveProperty('resumed');
  },
  60_000,
);

test('a process that is asked to end hands its calls over too, and forgets those that hung up', async () => {
  const asked: Asked[] = [];
  const { env } = await troupe(asked);
  const path = join(folder, 'orderly.db');
  const shared = { ...env, STORE: `file:${path}`, DRAIN_MS: '0' };
  const [first, second] = [await agent(shared), await agent(shared)];
  const answer = await fetch(`http://${first.address}/start`, { method: 'POST' });
  const url = new URL(((await answer.json()) as { wsUrl: string }).wsUrl);
  const client = await TypingClient.call(url.href);
  client.types('My name is Nora.');
  await expect.poll(() => client.count('bot-stopped-speaking'), POLL).toBe(1);
  const other = await TypingClient.call(`ws://${first.address}/ws-client`);
  other.types('This is nobody’s business.');
  await expect.poll(() => other.count('bot-stopped-speaking'), POLL).toBe(1);
  other.hangUp();
  await expect.poll(() => first.output.split('the call ended').length, POLL).toBe(2);
  expect(await first.stop()).toBe(0);
  const back = await TypingClient.call(elsewhere(url, second));
  await expect.poll(() => back.count('bot-ready'), POLL).toBe(1);
  back.types('Do you still know my name?');
  await expect.poll(() => JSON.stringify(asked.at(-1)), POLL).toContain('still know');
  expect(JSON.stringify(asked.at(-1))).toContain('My name is Nora.');
  // Not even its id is there, nor what the other one said.
  const database = new DatabaseSync(path, { readOnly: true });
  const kept = JSON.stringify(database.prepare('SELECT * FROM conversation').all());
  database.close();
  expect(kept).toContain('Nora');
  expect(kept).not.toContain('business');
  expect(kept).not.toContain(url.searchParams.get('session'));
}, 60_000);
