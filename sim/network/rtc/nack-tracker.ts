// Which missing packets are worth asking for again. A packet is when it can still be played after a
// round trip, or when it is young against the loss rate: the worse the loss, the longer late packets
// are wanted, because they make the buffer grow until they are in time.

const FRAME_MS = 20;
/** Packets behind the newest that are still missed at most. */
const MISSING_MAX = 500;
/** What the loss estimate keeps per packet. */
const FORGET = 0.9962;
/** Age, in units of the loss rate, up to which a packet is wanted without being in time. */
const WAIT_MS = 100 * FRAME_MS;

type Missing = { readonly sequence: number; readonly sinceMs: number; askedMs: number };

export class NackTracker {
  readonly #missing = new Map<number, Missing>();
  #newest: number | undefined;
  #lossRate = 0;

  /** Missing packets known of. */
  get count(): number {
    return this.#missing.size;
  }

  /** A packet came; what lies between it and the newest before is missing from now on. */
  received(sequence: number, nowMs: number): void {
    this.#missing.delete(sequence);
    const newest = this.#newest;
    if (newest === undefined || sequence <= newest) {
      this.#newest ??= sequence;
      return;
    }
    for (let gap = newest + 1; gap <= sequence; gap += 1) {
      const lost = gap < sequence;
      this.#lossRate = FORGET * this.#lossRate + (lost ? 1 - FORGET : 0);
      if (lost && sequence - gap < MISSING_MAX) {
        const sinceMs = nowMs - (sequence - gap) * FRAME_MS;
        this.#missing.set(gap, { sequence: gap, sinceMs, askedMs: Number.NEGATIVE_INFINITY });
      }
    }
    this.#newest = sequence;
    for (const old of this.#missing.keys()) {
      if (sequence - old < MISSING_MAX) break;
      this.#missing.delete(old);
    }
  }

  /** Missing packets to ask for now; `timeToPlayMs` of a sequence number; each once per round trip. */
  due(nowMs: number, rttMs: number, timeToPlayMs: (sequence: number) => number): readonly number[] {
    const asked: number[] = [];
    for (const packet of this.#missing.values()) {
      const inTime = timeToPlayMs(packet.sequence) > rttMs;
      const young = nowMs - packet.sinceMs + rttMs < WAIT_MS * this.#lossRate;
      if (!inTime && !young) {
        if (nowMs - packet.sinceMs > WAIT_MS) this.#missing.delete(packet.sequence);
        continue;
      }
      if (nowMs - packet.askedMs < rttMs) continue;
      packet.askedMs = nowMs;
      asked.push(packet.sequence);
    }
    return asked;
  }
}
