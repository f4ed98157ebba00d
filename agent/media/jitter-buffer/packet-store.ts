// Packets that wait for their moment, in order of time. Of several with the same time the best stays:
// primary before redundant before forward error correction. It holds a bounded number and says so.

/** What a packet carries; the buffer never looks into the payload. */
export type MediaPacket<P> = {
  /** RTP timestamp, unwrapped: 48 kHz. */
  readonly time: number;
  readonly samples: number;
  readonly payload: P;
  readonly kind: 'speech' | 'noise';
  /** 0 primary, 1 redundant copy of it, 2 coarser copy (in-band FEC). */
  readonly level: 0 | 1 | 2;
};

export type StoredPacket<P> = MediaPacket<P> & { readonly tick: number };

export class PacketStore<P> {
  readonly #packetsMax: number;
  #packets: StoredPacket<P>[] = [];

  constructor(packetsMax: number) {
    this.#packetsMax = packetsMax;
  }

  get count(): number {
    return this.#packets.length;
  }

  get full(): boolean {
    return this.#packets.length >= this.#packetsMax;
  }

  clear(): readonly StoredPacket<P>[] {
    const packets = this.#packets;
    this.#packets = [];
    return packets;
  }

  first(): StoredPacket<P> | undefined {
    return this.#packets[0];
  }

  take(): StoredPacket<P> | undefined {
    return this.#packets.shift();
  }

  /** Keeps the better of two with the same time; returns the one that went, if any. */
  insert(packet: StoredPacket<P>): StoredPacket<P> | undefined {
    let at = this.#packets.length;
    while (at > 0 && (this.#packets[at - 1] as StoredPacket<P>).time > packet.time) at -= 1;
    const same = this.#packets[at - 1];
    if (same !== undefined && same.time === packet.time) {
      if (same.level <= packet.level) return packet;
      this.#packets[at - 1] = packet;
      return same;
    }
    if (at === this.#packets.length) this.#packets.push(packet);
    else this.#packets.splice(at, 0, packet);
    return undefined;
  }

  /** Samples from the start of the first packet to the end of the last. */
  span(): number {
    const first = this.#packets[0];
    const last = this.#packets[this.#packets.length - 1];
    return first === undefined || last === undefined ? 0 : last.time - first.time + last.samples;
  }

  /** Whether some packet waits that is comfort noise. */
  holdsNoise(): boolean {
    for (const packet of this.#packets) if (packet.kind === 'noise') return true;
    return false;
  }
}
