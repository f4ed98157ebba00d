// Which conversations are kept here, and who may come back to which. Ids have 128 bits of chance, so that a
// session is found by whoever was given its id and by nobody else; where a key guards the agent they are
// tickets, and nobody begins without one. Everything is bounded: ids given out, ids of sessions that are
// over, and, with the server's own count of callers, the sessions.
import { randomBytes } from 'node:crypto';
import type { TransportName } from '../call.ts';
import { LIMITS } from '../core/limit.ts';
import { type Micros, seconds } from '../core/time.ts';
import type { CallerLimits } from '../setting/security-table.ts';
import { isLoopback } from './arrival.ts';
import type { Connection } from './connection.ts';
import { type Guard, USUAL_LIMITS } from './guard.ts';

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

/** How somebody comes to the door. */
export type Arrival = {
  readonly transport: TransportName;
  /** From where, as far as that is known. */
  readonly peer?: string;
  /** It says that its connection has failed: it is not asked to wait until we have noticed. */
  readonly restarts?: boolean;
};

type Room = {
  readonly resident: Resident;
  readonly transport: TransportName;
  readonly peer: string | undefined;
};

export class Reception {
  readonly #guard: Guard;
  /** Given out by `issue` and not used yet, with the time until which that may happen; oldest first. */
  readonly #issued = new Map<string, Micros>();
  readonly #rooms = new Map<string, Room>();
  readonly #ended = new Set<string>();

  constructor(guard: Guard = { limits: USUAL_LIMITS }) {
    this.#guard = guard;
  }

  get limits(): CallerLimits {
    return this.#guard.limits;
  }

  /** Callers at the same time. */
  get callersMax(): number {
    return this.limits.sessionsMax;
  }

  /** Why nobody new may call now; undefined when they may. */
  turnAway(): string | undefined {
    return this.#guard.turnAway?.();
  }

  /** An id for somebody who is about to call. */
  issue(now: Micros): string {
    const id = this.#guard.tickets?.issue() ?? newId();
    this.#issued.set(id, now + LIMITS.sessionIssuedUs);
    trim(this.#issued, LIMITS.sessionsIssuedMax);
    return id;
  }

  /**
   * Whether another process held the session with this id: then `judge` knows it. Undefined when there is
   * nothing to wait for; never rejects.
   */
  recall(id: string | undefined): Promise<void> | undefined {
    this.#sweep();
    const { archive, tickets } = this.#guard;
    if (archive === undefined || id === undefined || archive.has(id)) return undefined;
    if (this.#rooms.has(id) || this.#ended.has(id) || this.#issued.has(id)) return undefined;
    const ours = tickets === undefined ? ID.test(id) : tickets.judge(id) !== 'forged';
    return ours ? archive.recall(id) : undefined;
  }

  /** `id`: as the client states it; undefined when it states none. */
  judge(now: Micros, id: string | undefined, arrival: Arrival = { transport: 'websocket' }): Admission {
    this.#sweep();
    const room = id === undefined ? undefined : this.#rooms.get(id);
    if (id !== undefined && room !== undefined) return this.#judgeReturn(id, room, arrival);
    const verdict = this.#guard.tickets === undefined ? this.#judgeId(now, id) : this.#judgeTicket(id);
    if (!verdict.ok) return verdict;
    const shut = this.turnAway();
    if (shut !== undefined) return refuse(503, shut);
    return this.#isFull(arrival.peer) ? refuse(429, this.#shareTaken()) : verdict;
  }

  /** `id` is `resident`'s from now on, for clients of the same transport. `peer`: its client's address. */
  settle(id: string, resident: Resident, transport: TransportName = 'websocket', peer?: string): void {
    this.#issued.delete(id);
    this.#rooms.set(id, { resident, transport, peer });
  }

  /** Whose session this is, as long as it lasts and is over `transport`. */
  residentOf(id: string, transport: TransportName): Resident | undefined {
    const room = this.#rooms.get(id);
    return room?.transport === transport && !room.resident.ended ? room.resident : undefined;
  }

  /** Sessions whose client is out of reach. */
  get awayCount(): number {
    this.#sweep();
    let count = 0;
    for (const { resident } of this.#rooms.values()) {
      if (resident.silentUs === Number.POSITIVE_INFINITY) count += 1;
    }
    return count;
  }

  close(reason: string): void {
    for (const { resident } of this.#rooms.values()) resident.leave(reason);
    this.#sweep();
  }

  #judgeId(now: Micros, id: string | undefined): Admission {
    if (id === undefined) return { ok: true, id: newId() };
    const untilUs = this.#issued.get(id);
    if (untilUs !== undefined && now <= untilUs) return { ok: true, id };
    if (this.#ended.has(id)) return refuse(410, 'this session is over: call without a session id');
    if (this.#guard.archive?.has(id) === true) return { ok: true, id };
    return refuse(404, 'no session has this id; it may have been over for long: call without a session id');
  }

  /** A session that another process held may be gone on with when the time to begin one is over. */
  #judgeTicket(id: string | undefined): Admission {
    if (id === undefined) return refuse(401, `this agent asks for a token; ${GET_ONE}`);
    const verdict = this.#guard.tickets?.judge(id);
    if (verdict === 'forged') return refuse(401, `this token was not given out here; ${GET_ONE}`);
    if (this.#ended.has(id)) return refuse(401, `this token has been used, its session is over; ${GET_ONE}`);
    if (verdict === 'good' || this.#guard.archive?.has(id) === true) return { ok: true, id };
    return refuse(401, `this token has expired; ${GET_ONE}`);
  }

  /** An address has its share of places; that of this machine is everybody's behind an untold proxy. */
  #isFull(peer: string | undefined): boolean {
    if (peer === undefined || isLoopback(peer)) return false;
    let count = 0;
    for (const room of this.#rooms.values()) if (room.peer === peer) count += 1;
    return count >= this.#guard.limits.sessionsPerAddressMax;
  }

  #shareTaken(): string {
    const { sessionsPerAddressMax } = this.#guard.limits;
    return `${sessionsPerAddressMax} calls of this address are under way; end one or try again later`;
  }

  /** A line that has just been heard from is in use; one that is silent is not waited for. */
  #judgeReturn(id: string, { resident, transport }: Room, arrival: Arrival): Admission {
    if (transport !== arrival.transport) {
      return refuse(409, `this session is over ${transport}: come back over that, or call without an id`);
    }
    if (arrival.restarts === true || resident.silentUs >= LIMITS.clientQuietUs)
      return { ok: true, id, resident };
    const within = LIMITS.clientQuietUs / seconds(1);
    return refuse(409, `this session is connected: its client was heard within the last ${within} s`);
  }

  #sweep(): void {
    for (const [id, { resident }] of this.#rooms) {
      if (!resident.ended) continue;
      this.#rooms.delete(id);
      this.#ended.add(id);
    }
    trim(this.#ended, LIMITS.sessionsEndedMax);
  }
}

const GET_ONE = 'get one with POST /start, which takes the key of this agent';

/** 22 characters that may stand in an address. */
const newId = (): string => randomBytes(16).toString('base64url');

const ID = /^[\w-]{22}$/;

const refuse = (status: number, reason: string): Admission => ({ ok: false, status, reason });

/** The oldest are forgotten first. */
function trim(kept: Map<string, unknown> | Set<string>, sizeMax: number): void {
  for (const id of kept.keys()) {
    if (kept.size <= sizeMax) return;
    kept.delete(id);
  }
}
