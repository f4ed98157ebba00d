// WebSocket streams through the TCP proxy: the same two programs and the same figures as through a
// network that the kernel impairs, without any rights.
import { spawn } from 'node:child_process';
import type { Command } from '../netem/command.ts';
import type { Condition } from '../netem/measure.ts';
import { exchange, Peer } from '../netem/peer.ts';
import type { Delays } from '../netem/workload.ts';
import { startTcpProxy } from './tcp.ts';

const HOST = '127.0.0.1';

/** Takes as long as the workload says and a bounded time more. */
export async function measureProxied({ impairment, workload }: Condition, seed: number): Promise<Delays> {
  const start = ([program, ...words]: Command) => spawn(program, words);
  const far = new Peer(start, { role: 'listen', address: HOST, port: 0, workload });
  const target = { host: HOST, port: await far.listening() };
  const proxy = await startTcpProxy({ target, impairment, seed });
  try {
    const near = new Peer(start, { role: 'connect', address: HOST, port: proxy.port, workload });
    return await exchange(near, far);
  } finally {
    await proxy.close();
  }
}
