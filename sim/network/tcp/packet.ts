// A TCP packet on the wire of the model: numbers instead of bytes. Sequence numbers count payload
// from 0 and never wrap; timestamps are milliseconds, as Linux sends them. Packets are pooled.
import type { Micros } from '#agent/core/time.ts';

/** IP 20, TCP 20, timestamps 12. */
export const HEADER_BYTES = 52;
/** IP 20, TCP 20, options of a SYN 20. */
export const SYN_BYTES = 60;
/** Payload of a full segment on an MTU of 1500 with timestamps. */
export const MSS = 1_448;
/** With timestamps there is room for three blocks. */
export const SACK_BLOCKS_MAX = 3;

export type Packet = {
  seq: number;
  end: number;
  ack: number;
  /** The last byte ends a write: PSH. */
  push: boolean;
  tsVal: number;
  tsEcr: number;
  /** [start, end) of each block, most recent first. */
  readonly sack: Float64Array;
  sackCount: number;
  /** [start, end) of data received twice; end 0: none. */
  dsackStart: number;
  dsackEnd: number;
};

export class PacketPool {
  readonly #free: Packet[] = [];

  take(): Packet {
    return this.#free.pop() ?? fresh();
  }

  give(packet: Packet): void {
    this.#free.push(packet);
  }
}

/** Size on the wire, IP header included. */
export function wireBytes(packet: Packet): number {
  const blocks = packet.sackCount + (packet.dsackEnd > 0 ? 1 : 0);
  return HEADER_BYTES + (blocks > 0 ? 4 + 8 * blocks : 0) + packet.end - packet.seq;
}

/** Linux's TCP timestamp clock: milliseconds. */
export const stampOf = (now: Micros): number => Math.floor(now / 1_000);

const fresh = (): Packet => ({
  seq: 0,
  end: 0,
  ack: 0,
  push: false,
  tsVal: 0,
  tsEcr: 0,
  sack: new Float64Array(2 * SACK_BLOCKS_MAX),
  sackCount: 0,
  dsackStart: 0,
  dsackEnd: 0,
});
