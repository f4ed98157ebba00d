// The conversations of this process in the store, and those of others that are asked for here. It promises
// that no turn waits for it: what changed is written a moment later, one write for each conversation at a
// time, the latest state only. A store that fails costs the way back after a crash, never a call.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationSnapshot } from '../../core/context/snapshot.ts';
import type { AgentFact } from '../../core/fact.ts';
import type { Restored } from '../../core/session.ts';
import { ms } from '../../core/time.ts';
import { readRecord, writeRecord } from './record.ts';
import type { ConversationStore } from './store.ts';

export type ArchiveOptions = {
  readonly store: ConversationStore;
  /** How long a conversation is kept after the last sign of the process that held it. */
  readonly ttlMs: number;
  /** What went wrong with the store, for a log: once until it works again. */
  report(problem: string): void;
};

/** One conversation of this process. */
export interface Kept {
  /** What the session states: a change is written, an end deletes. */
  note(fact: AgentFact): void;
  /** The session is over; what is stored stays if it did not say why. */
  release(): void;
}

/** Changes within this time are one write. */
const GATHER_MS = 50;
/** Lookups under way, and found conversations whose client has not been let in yet. */
const LOOKUPS_MAX = 64;
const FOUND_MAX = 64;
const CLOSE_MS = 1_500;

export class Archive {
  readonly #options: ArchiveOptions;
  /** Of this process. */
  readonly #owner = randomBytes(12).toString('base64url');
  readonly #holds = new Set<Hold>();
  readonly #found = new Map<string, Restored>();
  readonly #refresh: NodeJS.Timeout;
  #lookups = 0;
  #failing = false;
  #closing = false;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    const look = () => {
      for (const hold of this.#holds) if (hold.stored) hold.changed();
    };
    this.#refresh = setInterval(look, options.ttlMs / 3).unref();
  }

  /** Looks for a session that another process held; `take` has it then. Resolves in any case. */
  async recall(session: string): Promise<void> {
    if (this.#lookups >= LOOKUPS_MAX || this.#closing) return;
    this.#lookups += 1;
    const text = await this.#try((store) => store.load(keyOf(session), this.#owner));
    this.#lookups -= 1;
    const record = text === undefined ? undefined : readRecord(text);
    if (record === undefined) {
      if (text !== undefined) this.#options.report('what is stored of a conversation cannot be read');
      return;
    }
    const awayUs = ms(Math.max(0, Date.now() - record.savedMs));
    this.#found.set(session, { snapshot: record.snapshot, awayUs });
    const [oldest] = this.#found.keys();
    if (this.#found.size > FOUND_MAX && oldest !== undefined) this.#found.delete(oldest);
  }

  /** Whether it was found, and is still waiting for its client. */
  has(session: string): boolean {
    return this.#found.has(session);
  }

  /** What was found, once. */
  take(session: string): Restored | undefined {
    const found = this.#found.get(session);
    this.#found.delete(session);
    return found;
  }

  keep(session: string, snapshot: () => ConversationSnapshot): Kept {
    const hold = new Hold((mine) => this.#save(keyOf(session), mine, snapshot));
    this.#holds.add(hold);
    return {
      note: (fact) => {
        if (CHANGES.has(fact.what)) hold.changed();
        else if (fact.what === 'client.back') this.#reclaim(keyOf(session), hold);
        else if (fact.what === 'session.ended') this.#end(keyOf(session), hold);
      },
      release: () => {
        if (this.#closing) return;
        hold.release();
        this.#holds.delete(hold);
      },
    };
  }

  /** Writes what is due and keeps it: clients may come back to another process. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#refresh);
    const written = Promise.all([...this.#holds].map((hold) => hold.flush()));
    await Promise.race([written, sleep(CLOSE_MS, undefined, { ref: false })]);
    await this.#options.store.close();
  }

  /** From here on, ends are those of this process: the conversations stay. */
  retire(): void {
    this.#closing = true;
  }

  async #save(key: string, hold: Hold, snapshot: () => ConversationSnapshot): Promise<void> {
    const { ttlMs } = this.#options;
    const text = writeRecord({ savedMs: Date.now(), snapshot: snapshot() });
    const saved = await this.#try((store) => store.save({ key, owner: this.#owner, text, ttlMs }));
    // Its caller has gone on elsewhere: what is said here is nobody's.
    if (saved === false) hold.release();
    if (saved !== undefined) hold.stored = saved;
  }

  /** Its client is here again, whoever may have had it in between. */
  #reclaim(key: string, hold: Hold): void {
    if (!hold.stored && !hold.released) return;
    void this.#try((store) => store.load(key, this.#owner)).then(() => hold.resume());
  }

  #end(key: string, hold: Hold): void {
    if (this.#closing) return hold.changed();
    const { stored, released } = hold;
    hold.release();
    if (stored || !released) void hold.idle.then(() => this.#try((store) => store.forget(key, this.#owner)));
  }

  /** Undefined when the store failed, which is told once. */
  async #try<T>(ask: (store: ConversationStore) => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask(this.#options.store);
      this.#failing = false;
      return answer;
    } catch (error) {
      if (!this.#failing) this.#options.report(error instanceof Error ? error.message : String(error));
      this.#failing = true;
      return undefined;
    }
  }
}

/** When one conversation is written: a moment after it changed, and never twice at the same time. */
class Hold {
  readonly #save: (hold: Hold) => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #dirty = false;
  /** The store has it. */
  stored = false;
  released = false;

  constructor(save: (hold: Hold) => Promise<void>) {
    this.#save = save;
  }

  /** Resolves when nothing is being written. */
  get idle(): Promise<void> {
    return this.#writing ?? Promise.resolve();
  }

  changed(): void {
    if (this.released) return;
    this.#dirty = true;
    if (this.#writing === undefined) this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  release(): void {
    this.released = true;
    this.#dirty = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.released = false;
    this.changed();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#writing !== undefined) await this.#writing;
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#writing = this.#save(this).finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
    if (this.#dirty) this.changed();
  }
}

/** What of a session's facts changes its conversation. */
const CHANGES: ReadonlySet<AgentFact['what']> = new Set<AgentFact['what']>([
  'context',
  'context.amended',
  'pinned',
  'summary',
  'tool.called',
  'tool.result',
]);

/** Whoever reads the store cannot come back in a caller's place: it holds no id of a session. */
const keyOf = (session: string): string => createHash('sha256').update(session).digest('base64url');
