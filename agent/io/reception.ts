// Which conversations are kept here, and who may come back to which. Ids have 128 bits of chance, so that
// a session is found by whoever was given its id and by nobody else. Everything is bounded: ids given
// out, ids of sessions that are over, and, with the server's own count of callers, the sessions.
import { randomBytes } from 'node:crypto';
import { LIMITS } from '../core/limit.ts';
import { type Micros, seconds } from '../core/time.ts';
import type { Connection } from './connection.ts';

/** A session that lives on when its connection breaks. */
export interface Resident {
  readonly ended: boolean;
  /** Since when its client has given no sign of life; infinite when the connection is known to be broken. */
  readonly silentUs: Micros;
  /** The client has come back on another connection. */
  back(connection: Connection): void;
  /** Ends it. */
  leave(reason: string): void;
}

export type Admission =
  /** `resident`: the session that goes on; a new one begins where there is none. */
  | { readonly ok: true; readonly id: string; readonly resident?: Resident }
  | { readonly ok: false; readonly status: number; readonly reason: string };

export class Reception {
  /** Given out by `issue` and not used yet, with the time until which that may happen; oldest first. */
  readonly #issued = new Map<string, Micros>();
  readonly #residents = new Map<string, Resident>();
  readonly #ended = new Set<string>();

  /** An id for somebody who is about to call. */
  issue(now: Micros): string {
    const id = newId();
    this.#issued.set(id, now + LIMITS.sessionIssuedUs);
    trim(this.#issued, LIMITS.sessionsIssuedMax);
    return id;
  }

  /** `id`: as the client states it; undefined when it states none. */
  judge(now: Micros, id: string | undefined): Admission {
    this.#sweep();
    if (id === undefined) return { ok: true, id: newId() };
    const resident = this.#residents.get(id);
    if (resident !== undefined) return this.#judgeReturn(id, resident);
    const untilUs = this.#issued.get(id);
    if (untilUs !== undefined && now <= untilUs) return { ok: true, id };
    if (this.#ended.has(id)) return refuse(410, 'this session is over: call without a session id');
    return refuse(404, 'no session has this id; it may have been over for long: call without a session id');
  }

  /** `id` is `resident`'s from now on. */
  settle(id: string, resident: Resident): void {
    this.#issued.delete(id);
    this.#residents.set(id, resident);
  }

  /** Sessions whose client is out of reach. */
  get awayCount(): number {
    this.#sweep();
    let count = 0;
    for (const { silentUs } of this.#residents.values())
      if (silentUs === Number.POSITIVE_INFINITY) count += 1;
    return count;
  }

  close(reason: string): void {
    for (const resident of this.#residents.values()) resident.leave(reason);
    this.#sweep();
  }

  /** A line that has just been heard from is in use; one that is silent is not waited for. */
  #judgeReturn(id: string, resident: Resident): Admission {
    if (resident.silentUs >= LIMITS.clientQuietUs) return { ok: true, id, resident };
    const within = LIMITS.clientQuietUs / seconds(1);
    return refuse(409, `this session is connected: its client was heard within the last ${within} s`);
  }

  #sweep(): void {
    for (const [id, resident] of this.#residents) {
      if (!resident.ended) continue;
      this.#residents.delete(id);
      this.#ended.add(id);
    }
    trim(this.#ended, LIMITS.sessionsEndedMax);
  }
}

/** 22 characters that may stand in an address. */
const newId = (): string => randomBytes(16).toString('base64url');

const refuse = (status: number, reason: string): Admission => ({ ok: false, status, reason });

/** The oldest are forgotten first. */
function trim(kept: Map<string, unknown> | Set<string>, sizeMax: number): void {
  for (const id of kept.keys()) {
    if (kept.size <= sizeMax) return;
    kept.delete(id);
  }
}
