// How loud speech is: the mean power of its windows. Only compared with other speech of the same call,
// so that neither microphone nor codec matters.

/** Of silence, and of what cannot be told from it. */
const FLOOR_DB = -96;
const FULL_SCALE = 32_768;

export class Level {
  #power = 0;
  #windows = 0;

  add(power: number): void {
    this.#power += power;
    this.#windows += 1;
  }

  clear(): void {
    this.#power = 0;
    this.#windows = 0;
  }

  /** dB against full scale. */
  get levelDb(): number {
    if (this.#windows === 0 || this.#power === 0) return FLOOR_DB;
    return Math.max(FLOOR_DB, 10 * Math.log10(this.#power / this.#windows));
  }
}

/** Mean power of s16le samples, 1 at full scale. Every fourth sample is enough for a mean. */
export function powerOf(pcm: Uint8Array): number {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  let sum = 0;
  let samples = 0;
  for (let at = 0; at + 1 < pcm.byteLength; at += 8) {
    const sample = view.getInt16(at, true) / FULL_SCALE;
    sum += sample * sample;
    samples += 1;
  }
  return samples === 0 ? 0 : sum / samples;
}
