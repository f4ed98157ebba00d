// The microphone on the audio thread: whatever the device's rate, frames of 20 ms of 16-bit samples at 16
// kHz go to the page.
import { Resampler } from '../resampler.ts';
import { AudioWorkletProcessor, registerProcessor, sampleRate } from './scope.ts';

const RATE = 16_000;
const FRAME = RATE / 50;

class Capture extends AudioWorkletProcessor {
  readonly #resampler = new Resampler(sampleRate, RATE);
  #frame = new Int16Array(FRAME);
  #filled = 0;

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const samples = inputs[0]?.[0];
    // Without anything connected there is no channel at all: silence keeps the clock of the stream.
    for (const sample of this.#resampler.push(samples ?? SILENCE)) this.#take(sample);
    return true;
  }

  #take(sample: number): void {
    this.#frame[this.#filled] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    this.#filled += 1;
    if (this.#filled < FRAME) return;
    this.port.postMessage(this.#frame, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
  }
}

const SILENCE = new Float32Array(128);

registerProcessor('capture', Capture);
