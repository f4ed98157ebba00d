// How fast the TCP model is on this machine: two busy streams on one connection with a little loss, in
// processor time. Figures only; nothing here passes or fails.
import { cpuUsage } from 'node:process';
import { seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '../impaired-link.ts';
import type { Direction } from '../impairment.ts';
import { TcpConnection } from './connection.ts';

export type TcpFigure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
};

const ROUNDS = 5;
const CALL_SECONDS = 3_600;
const FRAME_BYTES = 648;
const FRAME_US = 20_000;
const PATH: Direction = { delayMs: 20, loss: { kind: 'iid', share: 0.01 } };

/** Median over rounds, after one to warm up. */
export async function benchTcp(): Promise<TcpFigure[]> {
  const segments: number[] = [];
  const speedups: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = cpuSeconds();
    const sent = await call(round);
    const cpu = cpuSeconds() - before;
    if (round === 0) continue;
    segments.push(sent / cpu);
    speedups.push(CALL_SECONDS / cpu);
  }
  const note = 'two streams of 20 ms frames, RTT 40 ms, 1 % loss';
  return [
    { name: 'tcp', value: median(segments), unit: 'segments/s', note },
    { name: 'tcp, one call', value: median(speedups), unit: 'sim s per CPU s', note },
  ];
}

/** One long call; the segments with data that it took. */
async function call(seed: number): Promise<number> {
  const kernel = new Kernel();
  const link = (name: string): ImpairedLink => new ImpairedLink(PATH, { seed, name });
  const links = { up: link('up'), down: link('down') };
  const connection = new TcpConnection(kernel, links, { established: true });
  const { up, down } = connection;
  const nothing = (): void => {};
  const speak = (stream: typeof up): void => {
    stream.write(FRAME_BYTES, nothing, undefined);
    kernel.after(FRAME_US, speak, stream);
  };
  kernel.after(0, speak, up);
  kernel.after(7_000, speak, down);
  await kernel.run({ untilUs: seconds(CALL_SECONDS), stopWhen: () => false });
  return up.counters.segments + down.counters.segments;
}

function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000_000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
