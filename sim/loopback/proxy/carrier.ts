// The connections that carry bytes across an impaired network: the simulated TCP over two links of the
// profile, which all connections share as they would share a line. The proxies and the comparisons
// with real kernels take them from here, so that they are the simulator's own.
import type { Clock } from '#sim/kernel/clock.ts';
import { ImpairedLink } from '#sim/network/impaired-link.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import type { Connection } from '#sim/network/stream.ts';
import { TcpConnection } from '#sim/network/tcp/connection.ts';

/** Makes the next connection across the same network. */
export type Carrier = (clock: Clock) => Connection;

/** The same impairment and seed give the same links, packet by packet; one clock per carrier. */
export function carrierOf(impairment: Impairment, seed: number): Carrier {
  const links = {
    up: new ImpairedLink(impairment.up, { seed, name: 'up' }),
    down: new ImpairedLink(impairment.down, { seed, name: 'down' }),
  };
  return (clock) => new TcpConnection(clock, links);
}
