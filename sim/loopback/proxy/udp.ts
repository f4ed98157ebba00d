// A UDP hop on this machine that does to datagrams what a network would: each passes a link of the
// profile and leaves when the link says, or never. Everybody who sends to the port is one peer with a
// socket of its own towards the target, so that answers find their way back; all share the two links.
// It drops what is beyond its limits, as routers do.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Micros } from '#agent/core/time.ts';
import { ImpairedLink } from '#sim/network/impaired-link.ts';
import type { Link } from '#sim/network/link.ts';
import { RealClock } from '../clock.ts';
import type { ImpairedPort, ProxyOptions } from './proxy.ts';

/** IP and UDP headers: links count what is on the wire. */
const HEADER_BYTES = 28;
const PEERS_MAX = 256;
/** Datagrams on their way in either direction; 10 s of a hundred calls. */
const FLYING_MAX = 50_000;

/** Rejects with the system's error when no port can be had. */
export async function startUdpProxy({ target, impairment, seed }: ProxyOptions): Promise<ImpairedPort> {
  const clock = new RealClock();
  const front = createSocket('udp4');
  const peers = new Map<string, Socket>();
  const hop = new Hop(clock);
  const up = new ImpairedLink(impairment.up, { seed, name: 'up' });
  const down = new ImpairedLink(impairment.down, { seed, name: 'down' });
  const peerOf = (from: RemoteInfo): Socket => {
    const name = `${from.address}:${from.port}`;
    const known = peers.get(name);
    if (known !== undefined) {
      // Kept in the order of their last use.
      peers.delete(name);
      peers.set(name, known);
      return known;
    }
    const [idlest] = peers.entries();
    if (peers.size >= PEERS_MAX && idlest !== undefined) {
      peers.delete(idlest[0]);
      idlest[1].close();
    }
    const back = createSocket('udp4');
    peers.set(name, back);
    back.on('message', (data) => hop.pass(down, data, () => send(front, data, from.port, from.address)));
    // A target that does not listen answers with an error and no more; datagrams to it are lost.
    back.on('error', () => {});
    return back;
  };
  front.on('message', (data, from) => {
    const back = peerOf(from);
    hop.pass(up, data, () => send(back, data, target.port, target.host));
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.bind(0, '127.0.0.1', resolve);
  });
  front.on('error', () => {});
  return {
    port: front.address().port,
    close: async () => {
      clock.close();
      hop.close();
      await Promise.all([front, ...peers.values()].map(closed));
    },
  };
}

/** Puts what a link decides on a clock of real time. */
class Hop {
  readonly #clock: RealClock;
  #flying = 0;
  #closed = false;

  constructor(clock: RealClock) {
    this.#clock = clock;
  }

  pass(link: Link, data: Uint8Array, arrive: () => void): void {
    if (this.#closed || this.#flying >= FLYING_MAX) return;
    const now: Micros = this.#clock.now();
    const at = link.transmit(now, data.length + HEADER_BYTES);
    if (at === undefined) return;
    this.#flying += 1;
    const land = (): void => {
      this.#flying -= 1;
      arrive();
    };
    this.#clock.after(at - now, land, undefined);
  }

  close(): void {
    this.#closed = true;
  }
}

/** A datagram that cannot be sent (its peer was given up, its port is closed) is a lost one. */
function send(socket: Socket, data: Uint8Array, port: number, host: string): void {
  try {
    socket.send(data, port, host, () => {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
  }
}

const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
