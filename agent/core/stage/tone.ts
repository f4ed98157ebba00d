// What a telephone sounds when a call cannot be served: three rising tones, known everywhere as "it is not
// you, it is the line" (ITU-T E.180: 950, 1,400 and 1,800 Hz, a third of a second each). For the one case in
// which there is no voice and never was one. It says nothing, so nothing of it enters the conversation.

const TONES_HZ = [950, 1_400, 1_800];
const TONE_SECONDS = 0.33;
/** Rise and fall of each, so that it does not click. */
const RAMP_SECONDS = 0.01;
/** Of full scale: about as loud as the voice. */
const LEVEL = 0.15;

/** PCM s16le mono at `rate` Hz, one second of it. */
export function faultTone(rate: number): Uint8Array {
  const length = Math.round(rate * TONE_SECONDS);
  const pcm = new DataView(new ArrayBuffer(TONES_HZ.length * length * 2));
  for (const [index, hz] of TONES_HZ.entries()) {
    for (let at = 0; at < length; at += 1) {
      const edge = Math.min(1, Math.min(at, length - at) / (rate * RAMP_SECONDS));
      const sample = Math.sin((2 * Math.PI * hz * at) / rate) * edge * LEVEL * 32_767;
      pcm.setInt16((index * length + at) * 2, Math.round(sample), true);
    }
  }
  return new Uint8Array(pcm.buffer);
}
