// A TCP hop on this machine that behaves as the network of a profile would make it behave. A byte
// stream loses nothing, it stands still: so the bytes of each connection travel over the simulated
// packet-level TCP, run in real time, and leave when that has delivered them. A connection costs its
// round trip first. A target that does not listen resets the client, which had been accepted by then.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Duplex } from '#sim/network/stream.ts';
import { RealClock } from '../clock.ts';
import type { Proxy, ProxyOptions, Target } from './proxy.ts';
import { Pump } from './pump.ts';

/** What carries the bytes: one connection of a network model. */
export type Carrier = {
  /** Round trip before the first byte may leave. */
  readonly handshakeUs: Micros;
  /** Connections are numbered from 0 in the order in which they come. */
  readonly open: (clock: Clock, connection: number) => Duplex;
};

const CONNECTIONS_MAX = 1_024;

/** Rejects with the system's error when no port can be had. */
export async function startCarriedProxy(target: Target, carrier: Carrier): Promise<Proxy> {
  const clock = new RealClock();
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // What goes wrong with a socket is told by its close.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    track(near);
    track(far);
    const { up, down } = carrier.open(clock, connections);
    connections += 1;
    const begin = (): void => {
      if (far.destroyed) near.resetAndDestroy();
      if (near.destroyed) far.resetAndDestroy();
      if (far.destroyed || near.destroyed) return;
      new Pump(near, far, up);
      new Pump(far, near, down);
      near.resume();
    };
    clock.after(carrier.handshakeUs, begin, undefined);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        clock.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
