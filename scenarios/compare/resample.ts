// From the player's rate to the rate of the page: 24 kHz to 16 kHz, three samples to two, through a
// windowed sinc that keeps what lies above 7.6 kHz from folding back.

export const FROM_RATE = 24_000;
export const TO_RATE = 16_000;
const REACH = 24;
/** Of the lower rate's half. */
const CUTOFF = 0.95;

export function resample(samples: Int16Array): Int16Array {
  const kernels = [kernelAt(0), kernelAt(0.5)];
  return Int16Array.from({ length: Math.floor((samples.length * TO_RATE) / FROM_RATE) }, (_, index) => {
    const middle = Math.floor((index * FROM_RATE) / TO_RATE);
    const kernel = kernels[index % 2] ?? [];
    let sum = 0;
    for (const [at, weight] of kernel.entries()) sum += weight * (samples[middle - REACH + at] ?? 0);
    return Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  });
}

/** Weights of the samples −REACH … +REACH around one that lies `offset` samples to the right. */
function kernelAt(offset: number): readonly number[] {
  const share = (CUTOFF * TO_RATE) / FROM_RATE;
  const weights = Array.from({ length: 2 * REACH + 1 }, (_, at) => {
    const x = at - REACH - offset;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (REACH + 1));
    return window * (x === 0 ? 1 : Math.sin(Math.PI * share * x) / (Math.PI * share * x));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
