// Samples in bytes: PCM s16le mono, as it travels everywhere in a call. Only machines that keep numbers
// in that order are served (as everywhere in this house); an odd byte at the end is no sample.

/** The samples of `pcm`: a view of its memory where that is aligned, and a copy where it is not. */
export function samplesOf(pcm: Uint8Array): Int16Array {
  const samples = pcm.length >> 1;
  if (pcm.byteOffset % 2 === 0) return new Int16Array(pcm.buffer, pcm.byteOffset, samples);
  // Not `slice`: that of a `Buffer` is no copy.
  const copy = new Uint8Array(2 * samples);
  copy.set(pcm.subarray(0, copy.length));
  return new Int16Array(copy.buffer);
}
