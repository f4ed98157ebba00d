// What a network may be asked to do: the smallest and largest value of every figure, in one place for
// the written form and the file form alike. A figure outside is a typing mistake, and is refused.

export type Range = readonly [min: number, max: number];

export const RANGE = {
  delayMs: [0, 2_000],
  jitterMs: [0, 2_000],
  tauMs: [1, 60_000],
  share: [0, 1],
  /** Longest stay in a state, spacing of outages: an hour. */
  periodMs: [1, 3_600_000],
  episodeMs: [0.1, 60_000],
  spikesPerSecond: [0.0001, 100],
  kbps: [1, 10_000_000],
  /** At least one full packet, or nothing would ever pass. */
  queueBytes: [1_500, 1_000_000_000],
  routeDeltaMs: [-2_000, 2_000],
  routeAtMs: [0, 3_600_000],
  burstPackets: [1, 1_000],
  traceMs: [0, 3_600_000],
} as const satisfies Readonly<Record<string, Range>>;

/** Delivery opportunities in one trace; an hour at 3 Mbit/s. */
export const TRACE_ENTRIES_MAX = 1_000_000;

/** A queue nobody sized, bytes. */
export const QUEUE_BYTES_DEFAULT = 64_000;
