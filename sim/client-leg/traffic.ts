// What went over the wire in one direction. A modelled TCP connection counts for itself; on a network
// that only delays, every message is one packet with its headers.
import type { Stream } from '../network/stream.ts';
import type { TcpStream } from '../network/tcp/connection.ts';

/** IP 20, TCP 20 and its timestamps 12. */
const HEADER_BYTES = 52;

export type Traffic = {
  readonly bytes: number;
  readonly packets: number;
  readonly resent: number;
  readonly stalls: number;
};

export class MessageCounter {
  #bytes = 0;
  #packets = 0;

  sent(bytes: number): void {
    this.#bytes += bytes + HEADER_BYTES;
    this.#packets += 1;
  }

  /** The stream's own count, or, where it has none, that of its messages. */
  traffic(stream: Stream | undefined): Traffic {
    if (stream === undefined || !isTcp(stream))
      return { bytes: this.#bytes, packets: this.#packets, resent: 0, stalls: 0 };
    const { wireBytes, packets, retransmissions, holStalls } = stream.counters;
    return { bytes: wireBytes, packets, resent: retransmissions, stalls: holStalls };
  }
}

const isTcp = (stream: Stream): stream is TcpStream => 'counters' in stream;
