// The seam between those who talk and the network between them: an ordered, reliable stream of
// messages with their size on the wire. Here it is a fixed delay; a packet-level TCP takes the same
// place with the same interface.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';

/** One direction of a connection. */
export interface Stream {
  /** Sends `bytes` on the wire; `deliver(argument)` runs when the last of them has arrived. */
  write<A>(bytes: number, deliver: (argument: A) => void, argument: A): void;
}

export type NetworkProfile = {
  readonly name: string;
  readonly oneWayUs: Micros;
};

/** Both directions of one connection: they may share state, as the two ends of a TCP connection do. */
export type Duplex = { readonly up: Stream; readonly down: Stream };

/** Makes a connection across a network of this profile. */
export type Connect = (profile: NetworkProfile) => Duplex;

/** Connections that delay everything by the same time and lose nothing; the clock keeps the order. */
export const fixedDelay =
  (clock: Clock): Connect =>
  ({ oneWayUs }) => {
    const stream: Stream = {
      write: (_bytes, deliver, argument) => {
        clock.after(oneWayUs, deliver, argument);
      },
    };
    return { up: stream, down: stream };
  };
