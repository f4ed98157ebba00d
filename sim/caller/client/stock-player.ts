// How the stock web client plays: every chunk is queued behind the one before and played without a
// jitter buffer; a queue that runs dry is silence until the next chunk; nothing can be taken back.
// Playing is arithmetic: when a chunk arrives, it is already certain when each of its samples sounds.
import type { Micros } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { lengthUs, type Player, type Sound } from './player.ts';

export class StockPlayer implements Player {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #sound: Sound;
  #dryAtUs: Micros = -1;

  /** `rate`: samples per second the client plays, whatever a frame states. */
  constructor(clock: Clock, rate: number, sound: Sound) {
    this.#clock = clock;
    this.#rate = rate;
    this.#sound = sound;
  }

  arrived(pcm: Uint8Array): void {
    const arrivedUs = this.#clock.now();
    const continues = arrivedUs <= this.#dryAtUs;
    const startUs = continues ? this.#dryAtUs : arrivedUs;
    this.#dryAtUs = startUs + lengthUs(pcm.length >> 1, this.#rate);
    this.#sound({ pcm, startUs, arrivedUs, continues, damagedSamples: 0, addedSamples: 0 });
  }

  clear(): undefined {
    return undefined;
  }
}
