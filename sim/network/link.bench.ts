// How fast links are on this machine: packets per processor second through the pipeline. It measures
// and says so; what is fast enough is for the reader to judge.
import { cpuUsage } from 'node:process';
import { ImpairedLink } from './impaired-link.ts';
import type { Direction } from './impairment.ts';
import { parseNetwork } from './parse.ts';

export type LinkFigure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
};

const PACKETS = 400_000;
const ROUNDS = 5;
/** Of a voice stream: one packet of 140 bytes each 20 ms. */
const SPACING_US = 20_000;
const PACKET_BYTES = 140;

export function benchLinks(): LinkFigure[] {
  const simple = 'delay=40ms jitter=10ms loss=1%';
  return [simple, 'congested-wifi', 'lte-moving'].map((network) => {
    const parsed = parseNetwork(network);
    if (!parsed.ok) throw new Error(parsed.reason);
    const rates = Array.from({ length: ROUNDS + 1 }, (_, round) => rate(parsed.impairment.up, round));
    // The first round warms up.
    const sorted = rates.slice(1).sort((left, right) => left - right);
    const value = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return { name: `link, ${network}`, value, unit: 'packets/s', note: 'voice packets each 20 ms' };
  });
}

function rate(direction: Direction, seed: number): number {
  const link = new ImpairedLink(direction, { seed, name: 'bench' });
  const before = cpuSeconds();
  for (let packet = 0; packet < PACKETS; packet += 1) link.transmit(packet * SPACING_US, PACKET_BYTES);
  return PACKETS / (cpuSeconds() - before);
}

function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1_000_000;
}
