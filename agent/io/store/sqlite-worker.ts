// The SQLite store's thread: one file, one statement at a time. It promises an answer to every order, also
// when the disk is full or another process holds the file; what has expired is deleted as it goes.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { assert, unreachable } from '../../core/assert.ts';
import type { SqliteAnswer, SqliteOrder } from './sqlite.ts';

const port = parentPort;
assert(port !== null, 'sqlite-worker runs as a worker thread');

const answer = (message: SqliteAnswer): void => port.postMessage(message);
const SWEEP_EVERY = 100;

/**
 * With WAL a commit is one write without waiting for the disk: it survives the end of the process, which is
 * what it is for; a power cut may cost the last moments.
 */
const SCHEMA = `
  PRAGMA busy_timeout = 2000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS conversation (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, text TEXT NOT NULL,
    untilMs INTEGER NOT NULL, ttlMs INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const UPSERT = `
  INSERT INTO conversation (key, owner, text, untilMs, ttlMs)
  VALUES (:key, :owner, :text, :untilMs, :ttlMs)
  ON CONFLICT (key) DO UPDATE SET
    owner = excluded.owner, text = excluded.text, untilMs = excluded.untilMs, ttlMs = excluded.ttlMs
  WHERE owner = excluded.owner OR untilMs < :nowMs
`;

const TAKE = `
  UPDATE conversation SET owner = :owner, untilMs = :nowMs + ttlMs
  WHERE key = :key AND untilMs >= :nowMs RETURNING text
`;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function start(path: string): (order: SqliteOrder) => string | boolean | undefined {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  const upsert = database.prepare(UPSERT);
  const take = database.prepare(TAKE);
  const remove = database.prepare('DELETE FROM conversation WHERE key = :key AND owner = :owner');
  const sweep = database.prepare('DELETE FROM conversation WHERE untilMs < :nowMs');
  let saves = 0;
  return (order) => {
    switch (order.kind) {
      case 'save': {
        const { key, owner, text, ttlMs } = order.entry;
        const { nowMs } = order;
        if (saves % SWEEP_EVERY === 0) sweep.run({ nowMs });
        saves += 1;
        return upsert.run({ key, owner, text, ttlMs, untilMs: nowMs + ttlMs, nowMs }).changes === 1;
      }
      case 'load': {
        const { key, owner, nowMs } = order;
        const text = take.get({ key, owner, nowMs })?.['text'];
        return typeof text === 'string' ? text : undefined;
      }
      case 'forget':
        remove.run({ key: order.key, owner: order.owner });
        return undefined;
      default:
        return unreachable(order);
    }
  };
}

try {
  const obey = start(String(workerData.path));
  port.on('message', (order: SqliteOrder) => {
    try {
      answer({ id: order.id, ok: true, value: obey(order) });
    } catch (error) {
      answer({ id: order.id, ok: false, reason: reasonOf(error) });
    }
  });
  answer({ id: 0, ok: true, value: undefined });
} catch (error) {
  answer({ id: 0, ok: false, reason: reasonOf(error) });
}
