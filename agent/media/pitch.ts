// The pitch period of a stretch of speech, from the waveform alone: the lag at which the last samples
// are most like those before them. Used to continue speech, to shorten it and to lengthen it.

export type Pitch = {
  /** Samples of one period. */
  readonly lag: number;
  /** Normalised correlation at that lag, -1 … 1. */
  readonly correlation: number;
  /** Root mean square of the compared samples. */
  readonly level: number;
};

const PERIOD_MIN_S = 0.0025;
const PERIOD_MAX_S = 0.0125;
/** Compared every so many samples: coarse first, then around the best. */
const STRIDE_HZ = 4_000;

/** Looks at the end of `pcm`; undefined when that is shorter than two of the shortest periods. */
export function findPitch(pcm: Int16Array, rate: number): Pitch | undefined {
  const shortest = Math.round(rate * PERIOD_MIN_S);
  const longest = Math.min(Math.round(rate * PERIOD_MAX_S), pcm.length >> 1);
  if (longest < shortest) return undefined;
  const stride = Math.max(1, Math.round(rate / STRIDE_HZ));
  let best = likeness(pcm, shortest, longest, stride);
  for (let lag = shortest + stride; lag <= longest; lag += stride) {
    const next = likeness(pcm, lag, longest, stride);
    if (next.correlation > best.correlation) best = next;
  }
  const from = Math.max(shortest, best.lag - stride + 1);
  const to = Math.min(longest, best.lag + stride - 1);
  let fine = likeness(pcm, best.lag, longest, 1);
  for (let lag = from; lag <= to; lag += 1) {
    const next = likeness(pcm, lag, longest, 1);
    if (next.correlation > fine.correlation) fine = next;
  }
  return fine;
}

/** The last `span` samples against those `lag` earlier. */
function likeness(pcm: Int16Array, lag: number, span: number, stride: number): Pitch {
  let product = 0;
  let power = 0;
  let powerBefore = 0;
  let count = 0;
  for (let index = pcm.length - span; index < pcm.length; index += stride) {
    const now = pcm[index] ?? 0;
    const before = pcm[index - lag] ?? 0;
    product += now * before;
    power += now * now;
    powerBefore += before * before;
    count += 1;
  }
  const scale = Math.sqrt(power * powerBefore);
  return {
    lag,
    correlation: scale === 0 ? 0 : product / scale,
    level: Math.sqrt(power / Math.max(1, count)),
  };
}
