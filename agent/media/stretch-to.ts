// A frame of samples at another rate, for the few voices whose rate a codec does not know (22,050 and
// 44,100 Hz): straight lines between samples. Good enough for speech that is 24 kHz afterwards; everything
// that matters here is made at a rate that needs none of this.
import { bytesOf, samplesOf } from './pcm.ts';

/** The same sound in `length` samples, PCM s16le mono. */
export function stretched(pcm: Uint8Array, length: number): Uint8Array {
  const source = samplesOf(pcm);
  const target = new Int16Array(length);
  const step = source.length / length;
  for (let index = 0; index < length; index += 1) {
    const at = Math.min(source.length - 1, index * step);
    const before = source[Math.floor(at)] ?? 0;
    const after = source[Math.ceil(at)] ?? before;
    target[index] = Math.round(before + (after - before) * (at % 1));
  }
  return bytesOf(target);
}
