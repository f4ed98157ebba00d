// What a jitter buffer can be told, and the values that libwebrtc M106 runs with (its defaults, read
// from modules/audio_coding/neteq; BSD licence). Other releases are other values, not other code.

/** Samples are counted on the RTP clock of Opus, whatever rate the audio really has. */
export const CLOCK_HZ = 48_000;
/** One tick of the receiver: 10 ms. */
export const TICK_SAMPLES = 480;
export const TICK_MS = 10;
export const SAMPLES_PER_MS = 48;

export type JitterSettings = {
  /** Packets held; one more empties the buffer. */
  readonly packetsMax: number;
  /** Target before anything was learnt, ms. */
  readonly startDelayMs: number;
  /** Bounds of the target, ms; 0 is no bound. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** Relative delays are measured against the fastest packet of this span, ms. */
  readonly historyMs: number;
  /** Width and number of the histograms' buckets. */
  readonly bucketMs: number;
  readonly buckets: number;
  /** Share of intervals that the target must cover. */
  readonly quantile: number;
  /** Weight of the past when a delay is added; ramps up from the first additions. */
  readonly forget: number;
  readonly startForgetWeight: number;
  /** Only the largest delay of each such interval counts, ms; 0 counts every packet. */
  readonly intervalMs: number;
  readonly reorderForget: number;
  /** Delay worth paying to lose one per cent less to reordering, ms. */
  readonly msPerLossPercent: number;
  /** The buffer may shrink to this far below the target before it is stretched, ms. */
  readonly decelerationOffsetMs: number;
  /** What is compared with the target: the `filtered` buffer level (M106), or the `playout` delay (M110). */
  readonly control: 'filtered' | 'playout';
  /** Concealment stays at full level for this long, then falls to silence within the second span, ms. */
  readonly muteAfterMs: number;
  readonly muteWithinMs: number;
};

export const M106: JitterSettings = {
  packetsMax: 200,
  startDelayMs: 80,
  delayMsMin: 0,
  delayMsMax: 0,
  historyMs: 2_000,
  bucketMs: 20,
  buckets: 100,
  quantile: 0.95,
  forget: 0.983,
  startForgetWeight: 2,
  intervalMs: 500,
  reorderForget: 0.9993,
  msPerLossPercent: 20,
  decelerationOffsetMs: 85,
  control: 'filtered',
  muteAfterMs: 60,
  muteWithinMs: 120,
};

/** Before about M94: every packet counts, and old ones are forgotten slowly. */
export const M90: JitterSettings = { ...M106, quantile: 0.97, forget: 0.9993, intervalMs: 0 };

/** From about M110: the playout delay itself is compared with the target. */
export const M110: JitterSettings = { ...M106, control: 'playout' };
