// What the receiver counts, under the names of the W3C's webrtc-stats. Samples are of the 48 kHz
// clock; delays are seconds times samples, so that dividing by the emitted count gives the mean.

export type JitterStatistics = {
  /** Summed over emitted samples, seconds: `delayMsOf` and `targetMsOf` give the means. */
  jitterBufferDelay: number;
  jitterBufferTargetDelay: number;
  jitterBufferEmittedCount: number;
  concealedSamples: number;
  silentConcealedSamples: number;
  concealmentEvents: number;
  insertedSamplesForDeceleration: number;
  removedSamplesForAcceleration: number;
  packetsReceived: number;
  /** Primary packets that came too late, twice, or were thrown away with a full buffer. */
  packetsDiscarded: number;
  fecPacketsReceived: number;
  fecPacketsDiscarded: number;
  /** Times the buffer overflowed and was emptied. */
  flushes: number;
  /** Everything that went to the loudspeaker. */
  totalSamplesReceived: number;
  /** Decoded and handed to the play queue. */
  decodedSamples: number;
  noiseSamples: number;
  /** Silence before the first packet. */
  idleSamples: number;
};

export function zeroStatistics(): JitterStatistics {
  return {
    jitterBufferDelay: 0,
    jitterBufferTargetDelay: 0,
    jitterBufferEmittedCount: 0,
    concealedSamples: 0,
    silentConcealedSamples: 0,
    concealmentEvents: 0,
    insertedSamplesForDeceleration: 0,
    removedSamplesForAcceleration: 0,
    packetsReceived: 0,
    packetsDiscarded: 0,
    fecPacketsReceived: 0,
    fecPacketsDiscarded: 0,
    flushes: 0,
    totalSamplesReceived: 0,
    decodedSamples: 0,
    noiseSamples: 0,
    idleSamples: 0,
  };
}

/** Statistics of the span between two readings. */
export function difference(later: JitterStatistics, earlier: JitterStatistics): JitterStatistics {
  const result = zeroStatistics();
  for (const name of Object.keys(result) as (keyof JitterStatistics)[]) {
    result[name] = later[name] - earlier[name];
  }
  return result;
}

/** Mean time in the packet buffer, ms. */
export const delayMsOf = (statistics: JitterStatistics): number =>
  statistics.jitterBufferEmittedCount === 0
    ? 0
    : (1_000 * statistics.jitterBufferDelay) / statistics.jitterBufferEmittedCount;

/** Mean target while packets were taken out, ms. */
export const targetMsOf = (statistics: JitterStatistics): number =>
  statistics.jitterBufferEmittedCount === 0
    ? 0
    : (1_000 * statistics.jitterBufferTargetDelay) / statistics.jitterBufferEmittedCount;

/** Share of the output that was made up, per cent. */
export const concealedPercentOf = (statistics: JitterStatistics): number =>
  statistics.totalSamplesReceived === 0
    ? 0
    : (100 * statistics.concealedSamples) / statistics.totalSamplesReceived;
