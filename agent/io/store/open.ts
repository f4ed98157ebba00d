// The store that the setting STORE names: nothing, a file, or a Redis. What cannot be had is a problem that
// says where and what to do, without the password that the address may hold.
import { resolve } from 'node:path';
import type { StorePlace } from '../../setting/security-table.ts';
import type { StartProblem } from '../env.ts';
import type { ConversationStore } from './store.ts';

export type OpenedStore =
  | { readonly ok: true; readonly store: ConversationStore }
  | { readonly ok: false; readonly problem: StartProblem };

export async function openStore(place: StorePlace): Promise<OpenedStore> {
  try {
    return { ok: true, store: await opened(place) };
  } catch (error) {
    const reason = reasonOf(error);
    return {
      ok: false,
      problem: place.kind === 'file' ? noFile(place.path, reason) : noRedis(place, reason),
    };
  }
}

/** Loaded when asked for: most agents keep conversations in memory only. */
async function opened(place: StorePlace): Promise<ConversationStore> {
  if (place.kind === 'file') return (await import('./sqlite.ts')).SqliteStore.open(place.path);
  return (await import('./redis.ts')).RedisStore.open(place.address);
}

const noFile = (path: string, reason: string): StartProblem => ({
  what: `the file of the conversation store cannot be opened: ${reason}`,
  where: `STORE, ${resolve(path)}`,
  todo: 'name a file in a folder that exists and that this user may write to, or leave STORE out',
});

const noRedis = ({ address }: { readonly address: string }, reason: string): StartProblem => ({
  what: `the Redis of the conversation store does not answer: ${reason}`,
  where: `STORE, Redis at ${new URL(address).host}`,
  todo: 'start it, or correct host, port and password in STORE, or leave STORE out',
});

/** One line, without what stands between `//` and `@`. */
function reasonOf(error: unknown): string {
  const coded = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error && error.message !== '' ? error.message : coded || String(error);
  return text
    .replaceAll(/\/\/[^@\s/]*@/g, '//…@')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 200);
}
