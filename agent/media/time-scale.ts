// Speech made shorter or longer without changing its pitch: one period is overlapped with the next
// (overlap-add), or played twice. The length is exact; how good it sounds depends on the caller
// choosing a pitch period (`findPitch`).

/** `pcm` in `samples` samples. The change must not exceed half of `pcm`. */
export function scaleTo(pcm: Int16Array, samples: number): Int16Array {
  const change = samples - pcm.length;
  if (change === 0) return pcm;
  const period = Math.min(Math.abs(change), pcm.length >> 1);
  const start = (pcm.length - 2 * period) >> 1;
  const result = change < 0 ? shortened(pcm, start, period) : lengthened(pcm, start, period);
  return result.length === samples ? result : padded(result, samples);
}

/** The two periods from `start` on become one: the first fades into the second. */
function shortened(pcm: Int16Array, start: number, period: number): Int16Array {
  const result = new Int16Array(pcm.length - period);
  result.set(pcm.subarray(0, start));
  for (let index = 0; index < period; index += 1) {
    result[start + index] = mixed(pcm[start + index], pcm[start + period + index], index, period);
  }
  result.set(pcm.subarray(start + 2 * period), start + period);
  return result;
}

/** The two periods from `start` on become three: the middle one fades from the second to the first. */
function lengthened(pcm: Int16Array, start: number, period: number): Int16Array {
  const result = new Int16Array(pcm.length + period);
  result.set(pcm.subarray(0, start + period));
  for (let index = 0; index < period; index += 1) {
    result[start + period + index] = mixed(pcm[start + period + index], pcm[start + index], index, period);
  }
  result.set(pcm.subarray(start + period), start + 2 * period);
  return result;
}

function mixed(from: number | undefined, to: number | undefined, index: number, length: number): number {
  const weight = (index + 1) / (length + 1);
  return Math.round((from ?? 0) * (1 - weight) + (to ?? 0) * weight);
}

function padded(pcm: Int16Array, samples: number): Int16Array {
  const result = new Int16Array(samples);
  result.set(pcm.subarray(0, samples));
  return result;
}
