// Connections across an impaired network: a network that only delays is a fixed delay, every other one
// carries a TCP connection over two packet links, opened with its own packets. Links are named, so that
// every transport of one run meets the same bad moments.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { ImpairedLink } from './impaired-link.ts';
import type { Direction, Impairment } from './impairment.ts';
import type { Link } from './link.ts';
import { type Connect, type Connection, fixedDelay, type NetworkProfile } from './stream.ts';
import { TcpConnection, type TcpOptions } from './tcp/connection.ts';

/** The two links of one connection. `name` tells connections of a run apart. */
export function linksOf(
  impairment: Impairment,
  seed: number,
  name: string,
): { readonly up: Link; readonly down: Link } {
  return {
    up: new ImpairedLink(impairment.up, { seed, name: `${name}/up` }),
    down: new ImpairedLink(impairment.down, { seed, name: `${name}/down` }),
  };
}

/** A network that only delays, by the same time both ways: `oneWayUs` of it; undefined otherwise. */
export function plainDelayUs({ up, down }: Impairment): Micros | undefined {
  const plain = isPlain(up) && isPlain(down) && up.delayMs === down.delayMs;
  return plain ? ms(up.delayMs) : undefined;
}

/** What the parties of a run need to know of a network: its name and how far away things are. */
export const profileOf = (impairment: Impairment): NetworkProfile => ({
  name: impairment.name,
  oneWayUs: ms(impairment.up.delayMs),
});

/** `tcp`: in place of the defaults of a connection; a network that only delays knows none of it. */
export function connectOver(
  clock: Clock,
  impairment: Impairment,
  seed: number,
  name: string,
  tcp: Pick<TcpOptions, 'congestion'> = {},
): Connect {
  const oneWayUs = plainDelayUs(impairment);
  if (oneWayUs !== undefined) return fixedDelay(clock);
  let connections = 0;
  return () => {
    connections += 1;
    const links = linksOf(impairment, seed, connections === 1 ? name : `${name}/${connections}`);
    return new TcpConnection(clock, links, tcp);
  };
}

/**
 * The caller's connection to the agent. On a network that only delays, the call begins when it stands:
 * what opening costs there never varies. On any other its SYN may be lost like every packet.
 */
export function connectCaller(
  clock: Clock,
  impairment: Impairment,
  seed: number,
  tcp: Pick<TcpOptions, 'congestion'> = {},
): Connect {
  const connect = connectOver(clock, impairment, seed, 'client', tcp);
  if (plainDelayUs(impairment) === undefined) return connect;
  const open: Connection['open'] = (_tls, opened) => void clock.after(0, opened, undefined);
  return (profile) => ({ ...connect(profile), open });
}

const isPlain = ({ delayMs: _, ...rest }: Direction): boolean =>
  Object.values(rest).every((value) => value === undefined || value === false);
