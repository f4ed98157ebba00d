// The receiver for ears that are machines: a recogniser wants every frame in order and on time, not a
// smooth sound. Frames come out as soon as they are in order; a frame that is missing is waited for a
// little, then given up and said to be a gap of its length, so that time goes on exactly. What claims to be
// far ahead is taken for a new beginning, and what overlaps is dropped: whatever arrives, it stays small.
import type { Micros } from '../core/time.ts';
import type { MediaPacket } from './jitter-buffer/packet-store.ts';

/** Ten seconds of the 48 kHz clock: a sender that leaps further has begun anew, and nothing is missing. */
const GAP_SAMPLES_MAX = 480_000;
/** 2.5 ms, the shortest frame of Opus: a gap is not cut smaller, whatever a frame says of itself. */
const GAP_SAMPLES_MIN = 120;
/** More than a second of frames; a sender is never so far ahead of a frame that may still come. */
const HELD_MAX = 64;

export type Filled<P> =
  | { readonly kind: 'frame'; readonly payload: P; readonly samples: number }
  /** Nothing came for this stretch. `samples` of the 48 kHz clock. */
  | { readonly kind: 'gap'; readonly samples: number };

export type GapStatistics = {
  frames: number;
  gaps: number;
  gapBursts: number;
  late: number;
  restored: number;
};

export class GapFiller<P> {
  readonly #waitUs: Micros;
  readonly #out: (now: Micros, filled: Filled<P>) => void;
  readonly #held = new Map<number, MediaPacket<P>>();
  readonly statistics: GapStatistics = { frames: 0, gaps: 0, gapBursts: 0, late: 0, restored: 0 };
  /** Timestamp of the next frame to come out; undefined before the first. */
  #due: number | undefined;
  #waitingSinceUs: Micros | undefined;
  #inGap = false;

  /**
   * Waits up to `waitUs` for a frame while later ones are already there. `startTime`: of the first frame
   * that was sent, where it is known; else the stream begins with the first that comes.
   */
  constructor(waitUs: Micros, out: (now: Micros, filled: Filled<P>) => void, startTime?: number) {
    this.#waitUs = waitUs;
    this.#due = startTime;
    this.#out = out;
  }

  /** A packet arrived, with the copies of earlier frames that it carries, worst first. */
  receive(now: Micros, main: MediaPacket<P>, copies: readonly MediaPacket<P>[]): void {
    this.#due ??= main.time;
    for (const copy of copies) this.#keep(copy);
    this.#keep(main);
    this.#release(now);
    if (this.#held.size > HELD_MAX) this.#giveUp(now);
  }

  /** When a missing frame is given up; call `wake` then. */
  deadline(): Micros | undefined {
    return this.#waitingSinceUs === undefined ? undefined : this.#waitingSinceUs + this.#waitUs;
  }

  wake(now: Micros): void {
    const deadline = this.deadline();
    if (deadline === undefined || now < deadline) return;
    this.#giveUp(now);
  }

  /** The best copy of each frame that can still be played. */
  #keep(packet: MediaPacket<P>): void {
    if (packet.samples <= 0) return;
    if (this.#due !== undefined && packet.time < this.#due) {
      if (packet.level === 0) this.statistics.late += 1;
      return;
    }
    const held = this.#held.get(packet.time);
    if (held === undefined || packet.level < held.level) this.#held.set(packet.time, packet);
  }

  #release(now: Micros): void {
    for (let packet = this.#take(); packet !== undefined; packet = this.#take()) {
      this.#inGap = false;
      this.statistics.frames += 1;
      if (packet.level > 0) this.statistics.restored += 1;
      this.#out(now, { kind: 'frame', payload: packet.payload, samples: packet.samples });
    }
    if (this.#held.size === 0) this.#waitingSinceUs = undefined;
    else this.#waitingSinceUs ??= now;
  }

  #take(): MediaPacket<P> | undefined {
    if (this.#due === undefined) return undefined;
    const packet = this.#held.get(this.#due);
    if (packet === undefined) return undefined;
    this.#held.delete(this.#due);
    this.#due += packet.samples;
    this.#waitingSinceUs = undefined;
    return packet;
  }

  /** Everything up to the earliest frame that is there is a gap. */
  #giveUp(now: Micros): void {
    this.#dropOverlapping();
    this.#waitingSinceUs = undefined;
    const next = this.#earliest();
    if (next === undefined || this.#due === undefined) return;
    if (next.time - this.#due > GAP_SAMPLES_MAX) this.#due = next.time;
    while (this.#due < next.time) {
      const gap = Math.min(Math.max(next.samples, GAP_SAMPLES_MIN), next.time - this.#due);
      this.#due += gap;
      this.statistics.gaps += 1;
      if (!this.#inGap) this.statistics.gapBursts += 1;
      this.#inGap = true;
      this.#out(now, { kind: 'gap', samples: gap });
    }
    this.#release(now);
  }

  #earliest(): MediaPacket<P> | undefined {
    let earliest: MediaPacket<P> | undefined;
    for (const packet of this.#held.values()) {
      if (earliest === undefined || packet.time < earliest.time) earliest = packet;
    }
    return earliest;
  }

  /** Frames that begin within one that is out already: no honest sender has any. */
  #dropOverlapping(): void {
    const due = this.#due ?? 0;
    for (const time of this.#held.keys()) if (time < due) this.#held.delete(time);
  }
}
