// The agent's voice on the audio thread: samples queue here until their time. When the caller interrupts,
// what has not sounded is dropped, and the page learns how much that was. It starts with a little in hand,
// so that the network's unevenness makes no gaps.
import { Resampler } from '../resampler.ts';
import { AudioWorkletProcessor, registerProcessor, sampleRate } from './scope.ts';

export type ToPlayer = { readonly pcm: Int16Array; readonly rate: number } | { readonly flush: true };

/** `flushed`: ms that were dropped. `gap`: sound was missing in the middle of an answer. */
export type FromPlayer = { readonly flushed: number } | { readonly gap: true };

/** In hand before the first sample sounds, and how long a shorter piece waits for more. */
const AHEAD_S = 0.04;
const WAIT_S = 0.1;

class Player extends AudioWorkletProcessor {
  #resampler: { readonly rate: number; readonly resampler: Resampler } | undefined;
  #queue: Float32Array[] = [];
  #queued = 0;
  #at = 0;
  #playing = false;
  #waited = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToPlayer>) => {
      if ('flush' in data) this.#flush();
      else this.#push(data.pcm, data.rate);
    };
  }

  process(_: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    const output = outputs[0]?.[0];
    if (output === undefined) return true;
    if (!this.#playing && this.#queued > 0) {
      this.#waited += output.length;
      this.#playing = this.#queued >= AHEAD_S * sampleRate || this.#waited >= WAIT_S * sampleRate;
    }
    if (this.#playing) this.#fill(output);
    return true;
  }

  #push(pcm: Int16Array, rate: number): void {
    if (this.#resampler?.rate !== rate) {
      this.#resampler = { rate, resampler: new Resampler(rate, sampleRate) };
    }
    const samples = this.#resampler.resampler.push(Float32Array.from(pcm, (sample) => sample / 32_768));
    this.#queue.push(samples);
    this.#queued += samples.length;
  }

  #fill(output: Float32Array): void {
    let filled = 0;
    while (filled < output.length) {
      const next = this.#queue[0];
      if (next === undefined) break;
      const piece = next.subarray(this.#at, this.#at + output.length - filled);
      output.set(piece, filled);
      filled += piece.length;
      this.#at += piece.length;
      if (this.#at < next.length) continue;
      this.#queue.shift();
      this.#at = 0;
    }
    this.#queued -= filled;
    if (filled === output.length) return;
    this.#playing = false;
    this.#waited = 0;
    this.port.postMessage({ gap: true } satisfies FromPlayer);
  }

  #flush(): void {
    const flushed = (1_000 * this.#queued) / sampleRate;
    this.#queue = [];
    this.#queued = 0;
    this.#at = 0;
    this.#playing = false;
    this.#waited = 0;
    this.port.postMessage({ flushed } satisfies FromPlayer);
  }
}

registerProcessor('player', Player);
