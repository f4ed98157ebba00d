// The caller's way to the agent in real time: straight to its port, or through a hop on this machine
// that delays as the asked network would. The hop's connections are the simulated world's own, with the
// same seed and names, so that both worlds meet the same bad moments, counted from the call's begin.
import { connectCaller, profileOf } from '../network/connector.ts';
import type { Impairment } from '../network/impairment.ts';
import type { Connect, Duplex } from '../network/stream.ts';
import { startCarriedProxy } from './proxy/tcp.ts';

export type Way = {
  /** Where to go on 127.0.0.1. */
  readonly port: number;
  /** The first connection that passed, which counts its own packets if it is modelled that far. */
  wire(): Duplex | undefined;
  close(): Promise<void>;
};

/** To `port`, through `network` unless there is none. Rejects when no port can be had for the hop. */
export async function wayTo(port: number, network: Impairment | undefined, seed: number): Promise<Way> {
  if (network === undefined) return { port, wire: () => undefined, close: async () => {} };
  let first: Duplex | undefined;
  let connect: Connect | undefined;
  const proxy = await startCarriedProxy({ host: '127.0.0.1', port }, (clock) => {
    connect ??= connectCaller(clock, network, seed);
    const wire = connect(profileOf(network));
    first ??= wire;
    return wire;
  });
  return { port: proxy.port, wire: () => first, close: () => proxy.close() };
}
