// The figures of one WebRTC condition that model and real stack are compared in, and what the call had
// switched on.

import { SAMPLES_PER_MS } from '#agent/media/jitter-buffer/setting.ts';
import {
  concealedPercentOf,
  delayMsOf,
  type JitterStatistics,
  targetMsOf,
} from '#agent/media/jitter-buffer/statistic.ts';
import type { MouthToEar } from './mouth-to-ear.ts';

export type RtcOptions = {
  readonly red: boolean;
  readonly nack: boolean;
  readonly fec: boolean;
  readonly dtx: boolean;
};

export type RtcFigures = {
  /** Mouth to ear, ms. */
  readonly m2eP50: number;
  readonly m2eP95: number;
  /** Time in the jitter buffer and its target, ms. */
  readonly delayMs: number;
  readonly targetMs: number;
  readonly concealedPercent: number;
  readonly silentPercent: number;
  readonly eventsPerMinute: number;
  readonly insertedPercent: number;
  readonly removedPercent: number;
};

/** Means, figure by figure. */
export function meanFigures(runs: readonly RtcFigures[]): RtcFigures {
  const mean = (pick: (run: RtcFigures) => number) =>
    runs.reduce((sum, run) => sum + pick(run), 0) / Math.max(1, runs.length);
  return {
    m2eP50: mean((run) => run.m2eP50),
    m2eP95: mean((run) => run.m2eP95),
    delayMs: mean((run) => run.delayMs),
    targetMs: mean((run) => run.targetMs),
    concealedPercent: mean((run) => run.concealedPercent),
    silentPercent: mean((run) => run.silentPercent),
    eventsPerMinute: mean((run) => run.eventsPerMinute),
    insertedPercent: mean((run) => run.insertedPercent),
    removedPercent: mean((run) => run.removedPercent),
  };
}

/** The figures of a stream from its counters and the delays at the ear. */
export function figuresOf(counted: JitterStatistics, ear: MouthToEar): RtcFigures {
  const total = Math.max(1, counted.totalSamplesReceived);
  const percent = (samples: number) => (100 * samples) / total;
  return {
    m2eP50: ear.percentile(0.5),
    m2eP95: ear.percentile(0.95),
    delayMs: delayMsOf(counted),
    targetMs: targetMsOf(counted),
    concealedPercent: concealedPercentOf(counted),
    silentPercent: percent(counted.silentConcealedSamples),
    eventsPerMinute: (60_000 * counted.concealmentEvents * SAMPLES_PER_MS) / total,
    insertedPercent: percent(counted.insertedSamplesForDeceleration),
    removedPercent: percent(counted.removedSamplesForAcceleration),
  };
}

/** `red=1 nack=1 fec=0 dtx=1`; FEC is on unless it is said otherwise. Undefined: not understood. */
export function parseRtcOptions(text: string): RtcOptions | undefined {
  const options: Record<keyof RtcOptions, boolean> = { red: false, nack: false, fec: true, dtx: false };
  for (const word of text.trim().split(/\s+/)) {
    if (word === '') continue;
    const match = /^(red|nack|fec|dtx)=([01])$/.exec(word);
    if (match === null) return undefined;
    options[match[1] as keyof RtcOptions] = match[2] === '1';
  }
  return options;
}
