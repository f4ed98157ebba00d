// One spoken word as samples: a glottal pulse train and noise through three resonators that glide from
// letter to letter. It is speech-like rather than speech, cheap, and a pure function of the word and
// the rate. Its first samples carry a burst derived from the whole word, by which an ear that knows the
// vocabulary can name the word; no sample of a word is zero, so silence marks words exactly.
import { hashText, mix } from '#sim/kernel/hash.ts';
import { soundOf } from './phone.ts';

/** Samples at the start of a word that differ between any two words. */
export const ONSET_SAMPLES = 128;

/** -6 dBFS. */
const PEAK = 16_384;
const BURST = 2_600;
const BLOCK_SECONDS = 0.004;
const WORD_SECONDS_MIN = 0.14;
const LEAD_SECONDS = 0.03;
const PITCH_HZ = 118;

/** Samples of `spoken` (a spoken form, see `spokenForm`) at `rate` samples per second. */
export function renderWord(spoken: string, rate: number): Int16Array<ArrayBuffer> {
  const sounds = Array.from(spoken, soundOf);
  const natural = LEAD_SECONDS + sounds.reduce((sum, sound) => sum + sound.seconds, 0);
  const stretch = Math.max(1, WORD_SECONDS_MIN / natural);
  const wave = new Float32Array(Math.round(natural * stretch * rate));
  const tract = new Tract(rate, hashText(0x51ed270b, spoken));
  let at = 0;
  for (const [index, sound] of sounds.entries()) {
    const seconds = (sound.seconds + (index === 0 ? LEAD_SECONDS : 0)) * stretch;
    const end =
      index === sounds.length - 1 ? wave.length : Math.min(wave.length, at + Math.round(seconds * rate));
    tract.speak(wave, at, end, sound);
    at = end;
  }
  return quantised(wave, spoken, Math.round(rate * 0.012));
}

/** Scales to the peak, fades both ends, and lays the word's own burst over its onset. */
function quantised(wave: Float32Array, spoken: string, fade: number): Int16Array<ArrayBuffer> {
  let peak = 1e-9;
  for (const value of wave) peak = Math.max(peak, Math.abs(value));
  const scale = PEAK / peak;
  const pcm = new Int16Array(wave.length);
  // Two independent hashes: 64 bits name the word.
  let first = hashText(0x2545f491, spoken) | 1;
  let second = hashText(0x6c078965, spoken) | 1;
  for (let index = 0; index < wave.length; index += 1) {
    let gain = scale;
    let burst = 0;
    if (index < ONSET_SAMPLES) {
      const rise = index / ONSET_SAMPLES;
      first = mix(first + 0x9e3779b9);
      second = mix(second + 0x85ebca6b);
      burst = ((first ^ (second << 7)) / 0x8000_0000) * BURST * (1 - rise);
      gain *= rise;
    }
    const left = wave.length - index;
    if (left < fade) gain *= left / fade;
    const sample = Math.round((wave[index] ?? 0) * gain + burst);
    pcm[index] = sample === 0 ? 1 : Math.max(-PEAK, Math.min(PEAK, sample));
  }
  return pcm;
}

type Sound = ReturnType<typeof soundOf>;

/** The vocal tract: its state carries over from one letter to the next. */
class Tract {
  readonly #rate: number;
  readonly #block: number;
  readonly #formants = [500, 1500, 2500];
  readonly #state = new Float64Array(6);
  readonly #coefficients = new Float64Array(9);
  #phase = 0;
  #pitch: number;
  #noise: number;
  #voice = 0;
  #breath = 0;

  constructor(rate: number, seed: number) {
    this.#rate = rate;
    this.#block = Math.round(rate * BLOCK_SECONDS);
    this.#noise = seed | 1;
    this.#pitch = PITCH_HZ * (1 + (seed & 0xff) / 1_600);
  }

  speak(wave: Float32Array, start: number, end: number, sound: Sound): void {
    for (let at = start; at < end; at += this.#block) {
      this.#glide(sound);
      this.#fill(wave, at, Math.min(end, at + this.#block));
    }
  }

  /** Moves a third of the way towards the sound's shape: transitions of about 15 ms. */
  #glide(sound: Sound): void {
    this.#voice += (sound.voice - this.#voice) / 3;
    this.#breath += (sound.breath - this.#breath) / 3;
    this.#pitch *= 0.9985;
    for (let index = 0; index < 3; index += 1) {
      const now = this.#formants[index] ?? 500;
      const next = now + ((sound.formants[index] ?? 500) - now) / 3;
      this.#formants[index] = next;
      const frequency = Math.min(next, this.#rate * 0.45);
      const radius = Math.exp((-Math.PI * (70 + 40 * index)) / this.#rate);
      this.#coefficients[index * 3] = 2 * radius * Math.cos((2 * Math.PI * frequency) / this.#rate);
      this.#coefficients[index * 3 + 1] = -radius * radius;
      this.#coefficients[index * 3 + 2] = (1 - radius) / (1 + index);
    }
  }

  #fill(wave: Float32Array, start: number, end: number): void {
    const [a1 = 0, b1 = 0, g1 = 0, a2 = 0, b2 = 0, g2 = 0, a3 = 0, b3 = 0, g3 = 0] = this.#coefficients;
    let [x1 = 0, x2 = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0] = this.#state;
    const step = this.#pitch / this.#rate;
    let phase = this.#phase;
    let noise = this.#noise;
    for (let at = start; at < end; at += 1) {
      phase += step;
      if (phase >= 1) phase -= 1;
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) | 0;
      // Open for 60 % of the period, rising slowly and closing fast; the mean is taken away.
      const open = phase < 0.6 ? phase * phase * (0.6 - phase) * 31.25 : 0;
      const source = (open - 0.337) * this.#voice + (noise / 0x8000_0000) * this.#breath;
      const x = g1 * source + a1 * x1 + b1 * x2;
      const y = g2 * source + a2 * y1 + b2 * y2;
      const z = g3 * source + a3 * z1 + b3 * z2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      z2 = z1;
      z1 = z;
      wave[at] = x + y + z;
    }
    this.#phase = phase;
    this.#noise = noise;
    this.#state.set([x1, x2, y1, y2, z1, z2]);
  }
}
