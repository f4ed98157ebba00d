// Somebody else's transfer through the same narrow place, on and off at random, as a function of time
// and seed. It fills the queue only in part, as a transfer that backs off when it meets loss does:
// what it does to a call is standing delay.
import type { Micros } from '#agent/core/time.ts';
import type { UploadTraffic } from './impairment.ts';
import { Noise, type NoiseKey } from './noise.ts';

const PACKET_BYTES = 1_500;
/** Share of the queue that a loss-based transfer keeps full on average: between CUBIC's cut, 0.7, and 1. */
const FILL = 0.85;

export class Upload {
  readonly packetBytes = PACKET_BYTES;
  readonly fill = FILL;
  readonly #spacingUs: number;
  readonly #onUs: number;
  readonly #offUs: number;
  readonly #draw: Noise;
  #at: number;
  #endUs: number;

  constructor(traffic: UploadTraffic, key: NoiseKey) {
    this.#spacingUs = (PACKET_BYTES * 8_000) / traffic.kbps;
    this.#onUs = traffic.onMs * 1_000;
    this.#offUs = traffic.offMs * 1_000;
    this.#draw = new Noise(key, 'upload');
    this.#at = this.#draw.exponential() * this.#offUs;
    this.#endUs = this.#at + this.#draw.exponential() * this.#onUs;
  }

  /** The time of the next competing packet if it comes by `now`; each is told once. */
  next(now: Micros): number | undefined {
    if (this.#at > now) return undefined;
    const at = this.#at;
    this.#at += this.#spacingUs;
    if (this.#at >= this.#endUs) {
      this.#at = this.#endUs + this.#draw.exponential() * this.#offUs;
      this.#endUs = this.#at + this.#draw.exponential() * this.#onUs;
    }
    return at;
  }
}
