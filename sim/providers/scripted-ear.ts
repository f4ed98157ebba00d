// The ear of an emulator that stands alone and knows no recordings: any sound at all is answered by
// the next of the prepared lines, in order, and silence by nothing. It lets a person talk to an agent
// without a key, and a vendor's own client complete a session.
import { samplesOf } from '#agent/core/pcm.ts';
import type { Segment, TimedEar } from './ear.ts';

/** Loud enough to be speech: -40 dBFS. */
const LEVEL_MIN = 330;

export class ScriptedEar implements TimedEar {
  readonly #nextLine: () => string;
  readonly #bytesPerSecond: number;
  readonly #linear16: boolean;
  #bytes = 0;
  #settled = 0;
  #sound = false;
  #soundUntil = 0;

  /** `linear16`: samples are s16le and silence can be told from sound; otherwise all audio is sound. */
  constructor(nextLine: () => string, bytesPerSecond: number, linear16: boolean) {
    this.#nextLine = nextLine;
    this.#bytesPerSecond = bytesPerSecond;
    this.#linear16 = linear16;
  }

  push(pcm: Uint8Array): void {
    this.#bytes += pcm.length;
    if (!this.#isSound(pcm)) return;
    this.#sound = true;
    this.#soundUntil = this.#bytes;
  }

  #isSound(pcm: Uint8Array): boolean {
    if (!this.#linear16) return pcm.length > 0;
    for (const sample of samplesOf(pcm)) if (sample > LEVEL_MIN || sample < -LEVEL_MIN) return true;
    return false;
  }

  soFar(): readonly string[] {
    return [];
  }

  settle(): Segment {
    const [from, until] = [this.#settled / this.#bytesPerSecond, this.seconds()];
    this.#settled = this.#bytes;
    const texts = this.#sound ? this.#nextLine().split(/\s+/).filter(Boolean) : [];
    this.#sound = false;
    const each = (until - from) / Math.max(1, texts.length);
    const words = texts.map((text, i) => ({ text, startS: from + i * each, endS: from + (i + 1) * each }));
    return { words, lost: 0, misheard: 0, durationS: until - from };
  }

  seconds(): number {
    return this.#bytes / this.#bytesPerSecond;
  }

  speechUntilS(): number {
    return this.#soundUntil / this.#bytesPerSecond;
  }
}
