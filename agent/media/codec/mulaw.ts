// µ-law of ITU-T G.711: 16-bit samples to eight bits and back, by the tables of the standard. A code is
// the sign, a segment of three bits and a step of four, inverted; every code decodes to the middle of its
// interval, and every sample is taken for the code whose interval it lies in. The standard counts in 14
// bits; samples of 16 bits are four times as large.

/** One code for each sample of `pcm`. */
export function encodeMulaw(pcm: Int16Array): Uint8Array {
  const codes = new Uint8Array(pcm.length);
  for (let at = 0; at < pcm.length; at += 1) codes[at] = codeOf(pcm[at] as number);
  return codes;
}

/** One sample for each of `codes`: there is no byte that is none. */
export function decodeMulaw(codes: Uint8Array): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(codes.length);
  for (let at = 0; at < codes.length; at += 1) pcm[at] = SAMPLES[codes[at] as number] as number;
  return pcm;
}

/** Added before the logarithm is taken by counting bits: 33 of the standard's units. */
const BIAS = 33 << 2;
/** The largest magnitude that has an interval of its own: beyond it everything is the last code. */
const CLIP = 32_635;

function codeOf(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample), CLIP) + BIAS;
  // The bias puts the first bit at place 7 or above: segments 0 to 7.
  const segment = 24 - Math.clz32(biased);
  const step = (biased >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

const SAMPLES: Int16Array = Int16Array.from({ length: 256 }, (_, code) => sampleOf(code));

function sampleOf(code: number): number {
  const bits = ~code & 0xff;
  const segment = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << segment) - BIAS;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}
