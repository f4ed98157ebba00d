// An ear that notices when its last word ended: what endpointing and turn detection go by. Its clock is the
// audio; without audio nothing passes.
import type { Segment, TimedEar } from './ear.ts';

export class TurnEar {
  readonly #ear: TimedEar;
  #words = 0;

  constructor(ear: TimedEar) {
    this.#ear = ear;
  }

  /** True when a word was completed by it. */
  push(pcm: Uint8Array): boolean {
    this.#ear.push(pcm);
    const words = this.#ear.soFar().length;
    const more = words > this.#words;
    this.#words = words;
    return more;
  }

  get seconds(): number {
    return this.#ear.seconds();
  }

  /** Seconds of audio since the last sound of a word. */
  get silenceS(): number {
    return this.seconds - this.lastWordS;
  }

  get lastWordS(): number {
    return this.#ear.speechUntilS();
  }

  get soFar(): readonly string[] {
    return this.#ear.soFar();
  }

  settle(): Segment {
    const segment = this.#ear.settle();
    this.#words = this.#ear.soFar().length;
    return segment;
  }
}
