// What every store promises, held against a file and, where one is installed, against a real Redis: whose a
// conversation is, how long it is kept, and what is said when the store cannot be had.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { StorePlace } from '../../setting/security-table.ts';
import { openStore } from './open.ts';
import { hasRedis, startRedis } from './redis.test-support.ts';
import type { ConversationStore, Entry } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const run of undo.splice(0).reverse()) await run();
});

async function open(place: StorePlace): Promise<ConversationStore> {
  const opened = await openStore(place);
  if (!opened.ok) throw new Error(opened.problem.what);
  undo.push(() => opened.store.close());
  return opened.store;
}

let files = 0;

const places: Readonly<Record<string, () => Promise<StorePlace>>> = {
  'a file': async () => {
    files += 1;
    return { kind: 'file', path: join(folder, `${files}.db`) };
  },
  ...(hasRedis
    ? {
        'a Redis': async () => {
          const redis = await startRedis();
          undo.push(() => redis.stop());
          return { kind: 'redis' as const, address: redis.address };
        },
      }
    : {}),
};

const entry = (more: Partial<Entry> = {}): Entry => ({
  key: 'call',
  owner: 'here',
  text: 'said',
  ttlMs: 60_000,
  ...more,
});

describe.each(Object.entries(places))('%s', (_name, place) => {
  /** The same store as two processes have it. */
  async function twice(): Promise<readonly [ConversationStore, ConversationStore]> {
    const at = await place();
    return [await open(at), await open(at)];
  }

  test('gives what was saved last to whoever asks, and then it is theirs', async () => {
    const [here, there] = await twice();
    expect(await there.load('call', 'there')).toBeUndefined();
    expect(await here.save(entry())).toBe(true);
    expect(await here.save(entry({ text: 'said more' }))).toBe(true);
    expect(await there.load('call', 'there')).toBe('said more');
    // The first one neither overwrites nor deletes what is another's now.
    expect(await here.save(entry({ text: 'late words' }))).toBe(false);
    await here.forget('call', 'here');
    expect(await there.save(entry({ owner: 'there', text: 'went on' }))).toBe(true);
    expect(await here.load('call', 'here')).toBe('went on');
  });

  test('forgets what it is told to, and what nobody has touched for its time', async () => {
    const [here, there] = await twice();
    await here.save(entry());
    await here.forget('call', 'here');
    expect(await there.load('call', 'there')).toBeUndefined();
    await here.save(entry({ ttlMs: 30 }));
    await expect.poll(() => there.load('call', 'there'), { interval: 100 }).toBeUndefined();
    // Its place is free for anybody.
    expect(await there.save(entry({ owner: 'there' }))).toBe(true);
  });

  test('keeps any text as it is', async () => {
    const [here, there] = await twice();
    const text = `'"; DROP TABLE conversation; -- \u0000 \u{1f600} ${'x'.repeat(1 << 20)}`;
    await here.save(entry({ text }));
    expect(await there.load('call', 'there')).toBe(text);
  });

  test('holds many saves at once from two processes', async () => {
    const [here, there] = await twice();
    const saves = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? here : there).save(entry({ key: `call ${index}`, text: `${index}` })),
    );
    expect(await Promise.all(saves)).toEqual(saves.map(() => true));
    expect(await here.load('call 7', 'anybody')).toBe('7');
  });
});

test('a file that cannot be had is a problem that says where', async () => {
  const opened = await openStore({ kind: 'file', path: join(folder, 'missing', 'x.db') });
  expect(opened).toMatchObject({
    ok: false,
    problem: {
      what: expect.stringContaining('unable to open database file'),
      where: expect.stringContaining(join('missing', 'x.db')),
    },
  });
});

test('a Redis that is not there is a problem without the password', async () => {
  const opened = await openStore({ kind: 'redis', address: 'redis://:Qz7-PLANTED@127.0.0.1:1' });
  expect(opened).toMatchObject({
    ok: false,
    problem: { what: expect.stringContaining('ECONNREFUSED'), where: 'STORE, Redis at 127.0.0.1:1' },
  });
  expect(JSON.stringify(opened)).not.toContain('Qz7-PLANTED');
});

test.skipIf(!hasRedis)(
  'a Redis that wants another password says so, and one that ends fails at once',
  async () => {
    const redis = await startRedis('right');
    undo.push(() => redis.stop());
    const wrong = await openStore({ kind: 'redis', address: redis.address.replace('right', 'wrong') });
    expect(wrong).toMatchObject({ ok: false, problem: { what: expect.stringContaining('WRONGPASS') } });
    const store = await open({ kind: 'redis', address: redis.address });
    expect(await store.save(entry())).toBe(true);
    await redis.stop();
    await expect(store.save(entry())).rejects.toThrow();
  },
);
