// Conversations that outlive their process, on a real file: what is written and when, who may have it, and
// that a store which fails is told of once and stops nobody.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { ConversationSnapshot } from '../../core/context/snapshot.ts';
import type { AgentFact } from '../../core/fact.ts';
import { Archive, type Kept } from './archive.ts';
import { readRecord, writeRecord } from './record.ts';
import { SqliteStore } from './sqlite.ts';
import type { ConversationStore, Entry } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const archives: Archive[] = [];
afterEach(async () => {
  await Promise.all(archives.splice(0).map((archive) => archive.close()));
});

const SESSION = 'abcdefghijklmnopqrstuv';
const said = (content: string): ConversationSnapshot => ({
  systemPrompt: 'be kind',
  messages: [{ role: 'user', content }],
  forgotten: 0,
  pins: [],
});
const heard = (text: string): AgentFact => ({
  who: 'agent',
  t: 0,
  what: 'context',
  role: 'user',
  text,
  merged: false,
});
const ended: AgentFact = { who: 'agent', t: 0, what: 'session.ended', reason: 'the client left' };
const back: AgentFact = { who: 'agent', t: 0, what: 'client.back', awayUs: 1 };

/** Longer than changes are gathered for, and a write takes. */
const written = () => new Promise((resolve) => setTimeout(resolve, 150));

let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `${files}.db`);
};

/** A process, as far as its store is concerned. */
async function process(path: string, ttlMs = 60_000) {
  const problems: string[] = [];
  const store = await SqliteStore.open(path);
  const archive = new Archive({ store, ttlMs, report: (problem) => problems.push(problem) });
  archives.push(archive);
  /** A call in it, whose latest words are in the store when this resolves. */
  const call = async (text: string): Promise<Kept> => {
    const kept = archive.keep(SESSION, () => said(text));
    kept.note(heard(text));
    return kept;
  };
  const found = async () => {
    await archive.recall(SESSION);
    return archive.take(SESSION)?.snapshot.messages[0]?.content;
  };
  return { archive, problems, call, found };
}

describe('a conversation', () => {
  test('is found by another process a moment after it changed', async () => {
    const path = newFile();
    const [here, there] = [await process(path), await process(path)];
    await here.call('my name is Nora');
    await expect.poll(there.found).toBe('my name is Nora');
    expect(there.archive.take(SESSION)).toBeUndefined();
  });

  test('that ended is found by nobody, unless another process has it by then', async () => {
    const path = newFile();
    const [here, there] = [await process(path), await process(path)];
    const kept = await here.call('goodbye');
    await written();
    expect(await there.found()).toBe('goodbye');
    // It is the other one's now: what is said and ended here changes nothing.
    kept.note(heard('late words'));
    kept.note(ended);
    kept.release();
    await written();
    const again = await there.call('went on');
    await written();
    expect(await here.found()).toBe('went on');
    again.note(back);
    await written();
    again.note(ended);
    again.release();
    await written();
    expect([await here.found(), await there.found()]).toEqual([undefined, undefined]);
  });

  test('of a process that stops in an orderly way is kept', async () => {
    const path = newFile();
    const here = await process(path);
    const kept = await here.call('until later');
    here.archive.retire();
    kept.note(ended);
    kept.release();
    await here.archive.close();
    const there = await process(path);
    expect(await there.found()).toBe('until later');
  });

  test('is kept as long as its call lasts, and its time after that', async () => {
    const path = newFile();
    const [here, there] = [await process(path, 300), await process(path, 300)];
    const kept = await here.call('a long silence');
    await new Promise((resolve) => setTimeout(resolve, 900));
    const snapshot = await there.found();
    expect(snapshot).toBe('a long silence');
    kept.release();
    await expect.poll(there.found, { timeout: 3_000, interval: 400 }).toBeUndefined();
  });

  test('is known by nothing in the store that leads back to it', async () => {
    const keys: string[] = [];
    const archive = new Archive({
      store: {
        save: async ({ key, text }: Entry) => {
          keys.push(key, text);
          return true;
        },
        load: async () => undefined,
        forget: async () => {},
        close: async () => {},
      },
      ttlMs: 1_000,
      report: () => {},
    });
    archives.push(archive);
    archive.keep(SESSION, () => said('x')).note(heard('x'));
    await archive.close();
    expect(keys.join()).toContain('"content":"x"');
    expect(keys.join()).not.toContain(SESSION);
  });
});

describe('a store', () => {
  /** Takes its time, and fails as long as it is told to. */
  class Slow implements ConversationStore {
    failing = false;
    readonly saved: string[] = [];
    under = 0;
    most = 0;
    async save({ text }: Entry): Promise<boolean> {
      this.under += 1;
      this.most = Math.max(this.most, this.under);
      await new Promise((resolve) => setTimeout(resolve, 20));
      this.under -= 1;
      if (this.failing) throw new Error('the disk is full');
      this.saved.push(readRecord(text)?.snapshot.messages[0]?.content ?? '');
      return true;
    }
    async load(): Promise<string | undefined> {
      if (this.failing) throw new Error('the disk is full');
      return 'no conversation';
    }
    async forget(): Promise<void> {}
    async close(): Promise<void> {}
  }

  test('that is slow gets the latest state, one write at a time', async () => {
    const store = new Slow();
    const archive = new Archive({ store, ttlMs: 60_000, report: () => {} });
    let latest = '';
    const kept = archive.keep(SESSION, () => said(latest));
    for (let turn = 1; turn <= 30; turn += 1) {
      latest = `turn ${turn}`;
      kept.note(heard(latest));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await archive.close();
    expect(store.saved.at(-1)).toBe('turn 30');
    expect(store.saved.length).toBeLessThan(10);
    expect(store.most).toBe(1);
  });

  test('that fails is told of once, and used again when it works', async () => {
    const store = new Slow();
    const problems: string[] = [];
    const archive = new Archive({ store, ttlMs: 60_000, report: (problem) => problems.push(problem) });
    archives.push(archive);
    const kept = archive.keep(SESSION, () => said('still here'));
    store.failing = true;
    for (let turn = 0; turn < 3; turn += 1) {
      kept.note(heard('x'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await archive.recall(SESSION);
    expect([problems, archive.take(SESSION)]).toEqual([['the disk is full'], undefined]);
    store.failing = false;
    kept.note(heard('x'));
    await expect.poll(() => store.saved).toEqual(['still here']);
    await archive.recall(SESSION);
    expect(problems[1]).toContain('cannot be read');
  });
});

test('whatever a store returns is a conversation or nothing, and never an exception', () => {
  const record = writeRecord({ savedMs: 1, snapshot: said('hello') });
  expect(readRecord(record)).toEqual({ savedMs: 1, snapshot: said('hello') });
  fc.assert(
    fc.property(fc.nat(record.length), fc.string(), fc.json(), (at, more, json) => {
      readRecord(json);
      const bent = record.slice(0, at) + more + record.slice(at + more.length);
      const read = readRecord(bent);
      if (read !== undefined) expect(JSON.parse(writeRecord(read))).toEqual(JSON.parse(bent));
    }),
  );
});
