// A validation against a real kernel as text: one verdict, then two lines per network.
import { type Figures, SHARES, TARGET, type Validation } from './validation.ts';

export function report({ kernel, bootSeconds, workload, rows }: Validation): string {
  const failed = rows.filter(({ holds }) => !holds).length;
  const target = `medians within ${TARGET.ms} ms + ${TARGET.share * 100} %`;
  const verdict =
    failed === 0
      ? `✓ the model agrees: ${target}`
      : `✗ ${failed} of ${rows.length} networks differ: ${target}`;
  const where =
    bootSeconds === undefined
      ? `kernel ${kernel}`
      : `guest kernel ${kernel}, up after ${bootSeconds.toFixed(1)} s`;
  const { connections, frameBytes, frameMs, seconds } = workload;
  const sent = `${connections} connections × ${frameBytes} B every ${frameMs} ms, both ways, ${seconds} s`;
  const heads = ['frames', ...SHARES.map((share) => `p${share * 100}`), '>100 ms', 'lost'];
  const width = Math.max(24, ...rows.map(({ network }) => network.length + 2));
  const head = `  ${'one-way delay, ms'.padEnd(width)}${''.padEnd(8)}${heads.map(cell).join('')}`;
  const lines = rows.flatMap(({ network, kernel: real, model, holds }) => [
    `${holds ? '✓' : '✗'} ${network.padEnd(width)}${'kernel'.padEnd(8)}${line(real)}`,
    `  ${''.padEnd(width)}${'model'.padEnd(8)}${line(model)}`,
  ]);
  return [verdict, `${where}; ${sent}`, '', head, ...lines, ''].join('\n');
}

const line = ({ frames, quantilesMs, late100Pct, lost }: Figures): string =>
  [
    String(frames),
    ...quantilesMs.map((value) => (value === null ? '–' : value.toFixed(1))),
    `${late100Pct.toFixed(2)} %`,
    String(lost),
  ]
    .map(cell)
    .join('');

const cell = (text: string): string => text.padStart(9);
