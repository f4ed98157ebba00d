// Conversations in a SQLite file that several processes of one machine share. SQLite waits for the disk and
// for other writers, so it does that on a thread of its own. A file that cannot be had is told at the start.
import { Worker } from 'node:worker_threads';
import type { ConversationStore, Entry } from './store.ts';

/** To the thread. */
export type SqliteOrder =
  | { readonly id: number; readonly kind: 'save'; readonly entry: Entry; readonly nowMs: number }
  | {
      readonly id: number;
      readonly kind: 'load' | 'forget';
      readonly key: string;
      readonly owner: string;
      readonly nowMs: number;
    };

/** From the thread; the first one, with id 0, tells whether the file could be opened. */
export type SqliteAnswer =
  | { readonly id: number; readonly ok: true; readonly value: string | boolean | undefined }
  | { readonly id: number; readonly ok: false; readonly reason: string };

type Waiting = {
  resolve(value: string | boolean | undefined): void;
  reject(error: Error): void;
};

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export class SqliteStore implements ConversationStore {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #gone: Error | undefined;

  private constructor(thread: Worker) {
    this.#thread = thread;
    thread.on('message', (answer: SqliteAnswer) => this.#take(answer));
    thread.on('error', (error) => this.#fail(String(error)));
    thread.on('exit', () => this.#fail('its thread has ended'));
  }

  /** Rejects when the file cannot be opened for reading and writing. */
  static async open(path: string): Promise<SqliteStore> {
    const thread = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      workerData: { path },
      name: 'store',
    });
    const store = new SqliteStore(thread);
    try {
      await store.#answerTo(0);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  async save(entry: Entry): Promise<boolean> {
    return (await this.#ask({ kind: 'save', entry, nowMs: Date.now() })) === true;
  }

  async load(key: string, owner: string): Promise<string | undefined> {
    const value = await this.#ask({ kind: 'load', key, owner, nowMs: Date.now() });
    return typeof value === 'string' ? value : undefined;
  }

  async forget(key: string, owner: string): Promise<void> {
    await this.#ask({ kind: 'forget', key, owner, nowMs: Date.now() });
  }

  async close(): Promise<void> {
    this.#fail('it is closed');
    await this.#thread.terminate();
  }

  #ask(order: WithoutId<SqliteOrder>): Promise<string | boolean | undefined> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#asked += 1;
    const id = this.#asked;
    this.#thread.postMessage({ ...order, id } satisfies SqliteOrder);
    return this.#answerTo(id);
  }

  /** A store keeps its process alive as long as something is being written, and no longer. */
  #answerTo(id: number): Promise<string | boolean | undefined> {
    this.#thread.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(answer: SqliteAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#thread.unref();
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new Error(answer.reason));
  }

  #fail(reason: string): void {
    this.#gone ??= new Error(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
