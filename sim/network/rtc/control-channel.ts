// Messages beside the voice: an ordered, reliable data channel over the same links (SCTP over DTLS). A
// message travels in chunks; each is acknowledged, sent again when its time is up (backing off, as
// dcSCTP does) or when three later ones were acknowledged, and handed over once, in order. After ten
// attempts the channel is dead and says nothing more. It has no congestion window: what a call says on
// it is small.
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import type { Duplex, Stream } from '../stream.ts';

/** Payload of a chunk, and what goes around it: IP 20, UDP 8, DTLS 29, SCTP 12 and 16. */
const CHUNK_BYTES = 1_191;
const CHUNK_OVERHEAD = 85;
const ACK_BYTES = 85;
const TIMEOUT_FIRST: Micros = ms(500);
const TIMEOUT_MIN: Micros = ms(400);
const TIMEOUT_MAX: Micros = seconds(10);
const ATTEMPTS_MAX = 11;
const LATER_ACKS = 3;

export type ControlChannelOptions = { readonly clock: Clock; readonly up: Link; readonly down: Link };

/** Both directions of a data channel. */
export function controlChannel({ clock, up, down }: ControlChannelOptions): Duplex {
  return { up: new ControlStream(clock, up, down), down: new ControlStream(clock, down, up) };
}

type Chunk = {
  readonly sequence: number;
  readonly bytes: number;
  /** Of the last chunk of a message. */
  readonly deliver: (() => void) | undefined;
  attempts: number;
  sentUs: Micros;
  timer: Timer | undefined;
  /** Later chunks acknowledged since it was last sent. */
  passed: number;
};

class ControlStream implements Stream {
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #back: Link;
  readonly #outstanding = new Map<number, Chunk>();
  /** Arrived out of order. */
  readonly #early = new Map<number, Chunk>();
  #next = 0;
  #expected = 0;
  #srttUs: Micros | undefined;
  #varianceUs = 0;
  #dead = false;

  constructor(clock: Clock, link: Link, back: Link) {
    this.#clock = clock;
    this.#link = link;
    this.#back = back;
  }

  write<A>(bytes: number, deliver: (argument: A) => void, argument: A): void {
    let left = Math.max(0, bytes);
    do {
      const part = Math.min(left, CHUNK_BYTES);
      left -= part;
      const run = left > 0 ? undefined : () => deliver(argument);
      const chunk: Chunk = {
        sequence: this.#next,
        bytes: part + CHUNK_OVERHEAD,
        deliver: run,
        attempts: 0,
        sentUs: 0,
        timer: undefined,
        passed: 0,
      };
      this.#next += 1;
      this.#outstanding.set(chunk.sequence, chunk);
      this.#send(chunk);
    } while (left > 0);
  }

  #send(chunk: Chunk): void {
    if (this.#dead) return;
    if (chunk.attempts === ATTEMPTS_MAX) return this.#die();
    const now = this.#clock.now();
    chunk.attempts += 1;
    chunk.sentUs = now;
    chunk.passed = 0;
    const timeout = Math.min(TIMEOUT_MAX, this.#timeoutUs() * 2 ** (chunk.attempts - 1));
    if (chunk.timer !== undefined) this.#clock.cancel(chunk.timer);
    chunk.timer = this.#clock.after(timeout, (late: Chunk) => this.#send(late), chunk);
    const arrival = this.#link.transmit(now, chunk.bytes);
    if (arrival !== undefined) this.#clock.after(arrival - now, (came: Chunk) => this.#arrive(came), chunk);
  }

  #arrive(chunk: Chunk): void {
    const now = this.#clock.now();
    const acknowledged = this.#back.transmit(now, ACK_BYTES);
    if (acknowledged !== undefined) {
      this.#clock.after(acknowledged - now, (known: Chunk) => this.#acknowledge(known), chunk);
    }
    if (chunk.sequence < this.#expected) return;
    this.#early.set(chunk.sequence, chunk);
    for (
      let due = this.#early.get(this.#expected);
      due !== undefined;
      due = this.#early.get(this.#expected)
    ) {
      this.#early.delete(this.#expected);
      this.#expected += 1;
      due.deliver?.();
    }
  }

  #acknowledge(chunk: Chunk): void {
    if (!this.#outstanding.delete(chunk.sequence)) return;
    if (chunk.timer !== undefined) this.#clock.cancel(chunk.timer);
    chunk.timer = undefined;
    if (chunk.attempts === 1) this.#measure(this.#clock.now() - chunk.sentUs);
    for (const earlier of this.#outstanding.values()) {
      if (earlier.sequence > chunk.sequence) break;
      earlier.passed += 1;
      if (earlier.passed === LATER_ACKS) this.#send(earlier);
    }
  }

  /** RFC 6298, as SCTP uses it; only chunks sent once are measured. */
  #measure(roundTripUs: Micros): void {
    if (this.#srttUs === undefined) {
      this.#srttUs = roundTripUs;
      this.#varianceUs = roundTripUs / 2;
      return;
    }
    this.#varianceUs += (Math.abs(this.#srttUs - roundTripUs) - this.#varianceUs) / 4;
    this.#srttUs += (roundTripUs - this.#srttUs) / 8;
  }

  #timeoutUs(): Micros {
    if (this.#srttUs === undefined) return TIMEOUT_FIRST;
    return Math.max(TIMEOUT_MIN, Math.round(this.#srttUs + 4 * this.#varianceUs));
  }

  #die(): void {
    this.#dead = true;
    for (const chunk of this.#outstanding.values()) {
      if (chunk.timer !== undefined) this.#clock.cancel(chunk.timer);
    }
    this.#outstanding.clear();
  }
}
