// One network measured twice, by a kernel and by the model: the figures of both, and whether they
// agree. Judged is the median, which short streams measure well; tails are shown, because a kernel
// differs from itself there by tens of per cent between two runs of twenty seconds.
import type { Delays, Workload } from '#sim/loopback/netem/workload.ts';
import { percentile } from '../kpis/statistic.ts';

export const SHARES = [0.05, 0.5, 0.9, 0.95, 0.99] as const;

export type Figures = {
  readonly frames: number;
  /** Frames that never arrived. */
  readonly lost: number;
  /** One-way delay at each of `SHARES`, ms; null without frames. */
  readonly quantilesMs: readonly (number | null)[];
  /** Slower than the fastest percent by more than 100 ms, %. */
  readonly late100Pct: number;
};

export type Row = {
  readonly network: string;
  readonly kernel: Figures;
  readonly model: Figures;
  readonly holds: boolean;
};

export type Validation = {
  readonly schema: 'netem-validation/1';
  /** Release of the kernel that was measured. */
  readonly kernel: string;
  /** Of a guest kernel, to its first program. */
  readonly bootSeconds?: number;
  readonly workload: Workload;
  readonly rows: readonly Row[];
};

/** Median of kernel and model within this; the milliseconds are the noise of a host that is in use. */
export const TARGET = { ms: 3, share: 0.05 };

export function rowOf(network: string, kernel: Delays, model: Delays): Row {
  const figures = { kernel: figuresOf(kernel), model: figuresOf(model) };
  const [real, modelled] = [median(figures.kernel), median(figures.model)];
  const near =
    real !== null && modelled !== null && Math.abs(modelled - real) <= TARGET.ms + TARGET.share * real;
  return { network, ...figures, holds: near && kernel.lost === 0 && model.lost === 0 };
}

const median = ({ quantilesMs }: Figures): number | null => quantilesMs[SHARES.indexOf(0.5)] ?? null;

function figuresOf({ up, down, lost }: Delays): Figures {
  const all = [...up, ...down];
  const base = percentile(all, 0.01) ?? 0;
  const late = all.filter((delay) => delay > base + 100).length;
  return {
    frames: all.length,
    lost,
    quantilesMs: SHARES.map((share) => percentile(all, share)),
    late100Pct: all.length === 0 ? 0 : (100 * late) / all.length,
  };
}
