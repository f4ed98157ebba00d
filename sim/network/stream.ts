// The seam between those who talk and the network between them: a connection that is opened and then
// carries an ordered, reliable stream of messages each way, with their size on the wire. Here it is a
// fixed delay; a packet-level TCP takes the same place with the same interface.
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

/** A connection as its client has it. */
export type Connection = Duplex & {
  /**
   * Connects, with `tls` also agrees on keys (TLS 1.3). `opened` runs at the client once it may speak:
   * after two round trips with TLS and one without, later where packets get lost, never where none
   * gets through. Asked once, before anything is written.
   */
  open(tls: boolean, opened: () => void): void;
};

/** Makes a connection across a network of this profile; it is not open yet. */
export type Connect = (profile: NetworkProfile) => Connection;

/** Connections that delay everything by the same time and lose nothing; the clock keeps the order. */
export const fixedDelay =
  (clock: Clock): Connect =>
  ({ oneWayUs }) => {
    const stream: Stream = {
      write: (_bytes, deliver, argument) => {
        clock.after(oneWayUs, deliver, argument);
      },
    };
    return {
      up: stream,
      down: stream,
      open: (tls, opened) => void clock.after((tls ? 2 : 1) * 2 * oneWayUs, opened, undefined),
    };
  };
