// Tickets: ids of sessions that say by themselves that they were given out here and until when. Whoever holds
// the key (AUTH_SECRET) may ask for one and hand it to a client; every process with the same key knows it
// again, without asking anybody. It promises comparisons that take equally long for every wrong answer.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';

export type TicketOptions = {
  readonly secret: string;
  /** How long a ticket may wait for its session to begin. */
  readonly lifeMs?: number;
  /** Milliseconds since 1970; of this machine when absent. */
  wallMs?(): number;
};

export type TicketVerdict = 'good' | 'expired' | 'forged';

/** Letters, digits, `-` and `_`, as an id is: 128 bits of chance, the second it expires, 128 bits of HMAC. */
const CHANCE_CHARS = 22;
const EXPIRY_CHARS = 7;
const MAC_CHARS = 22;
const TICKET = new RegExp(`^[\\w-]{${CHANCE_CHARS}}[0-9a-z]{${EXPIRY_CHARS}}[\\w-]{${MAC_CHARS}}$`);

export class Tickets {
  readonly #secretHash: Buffer;
  readonly #key: Buffer;
  readonly #lifeMs: number;
  readonly #wallMs: () => number;

  constructor({ secret, lifeMs = toMs(LIMITS.sessionIssuedUs), wallMs = Date.now }: TicketOptions) {
    this.#secretHash = hashOf(secret);
    this.#key = createHmac('sha256', secret).update('parley session ticket 1').digest();
    this.#lifeMs = lifeMs;
    this.#wallMs = wallMs;
  }

  /** A new one, good for its time. */
  issue(): string {
    const untilS = Math.ceil((this.#wallMs() + this.#lifeMs) / 1_000);
    const claim = randomBytes(16).toString('base64url') + untilS.toString(36).padStart(EXPIRY_CHARS, '0');
    return claim + this.#macOf(claim).toString('base64url');
  }

  judge(ticket: string): TicketVerdict {
    if (!TICKET.test(ticket)) return 'forged';
    const claim = ticket.slice(0, CHANCE_CHARS + EXPIRY_CHARS);
    const mac = this.#macOf(claim).toString('base64url');
    // As text: several endings of Base64 are the same bytes, and one session must have one name.
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(ticket.slice(claim.length)))) return 'forged';
    const untilS = Number.parseInt(claim.slice(CHANCE_CHARS), 36);
    return this.#wallMs() <= untilS * 1_000 ? 'good' : 'expired';
  }

  /** Whether this is the key itself, as `Authorization: Bearer …` has it. */
  isKey(authorization: string | undefined): boolean {
    const stated = bearerOf(authorization);
    return stated !== undefined && timingSafeEqual(hashOf(stated), this.#secretHash);
  }

  #macOf(claim: string): Buffer {
    return createHmac('sha256', this.#key).update(claim).digest().subarray(0, 16);
  }
}

/** What follows `Bearer`; undefined when there is nothing of the kind. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1];
}

/** Of one length whatever is hashed. */
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
