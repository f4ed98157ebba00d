// A TCP hop on this machine that behaves as the network of a profile would make it behave. A byte
// stream loses nothing, it stands still: so the bytes of each connection travel over the simulated
// packet-level TCP, run in real time, and leave when that has delivered them. A connection costs its
// round trip first. A target that does not listen resets the client, which had been accepted by then.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { RealClock } from '../clock.ts';
import { type Carrier, carrierOf } from './carrier.ts';
import type { ImpairedPort, ProxyOptions, Target } from './proxy.ts';
import { Pump } from './pump.ts';

const CONNECTIONS_MAX = 1_024;

/** Rejects with the system's error when no port can be had. */
export const startTcpProxy = ({ target, impairment, seed }: ProxyOptions): Promise<ImpairedPort> =>
  startCarriedProxy(target, carrierOf(impairment, seed));

/** The same over any other model of connections. */
export async function startCarriedProxy(target: Target, carrier: Carrier): Promise<ImpairedPort> {
  const clock = new RealClock();
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // What goes wrong with a socket is told by its close.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    track(near);
    track(far);
    const carried = carrier(clock);
    const begin = (): void => {
      if (far.destroyed) near.resetAndDestroy();
      if (near.destroyed) far.resetAndDestroy();
      if (far.destroyed || near.destroyed) return;
      new Pump(near, far, carried.up);
      new Pump(far, near, carried.down);
      near.resume();
    };
    carried.open(false, begin);
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
