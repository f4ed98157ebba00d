// The narrow place of a path: packets leave one after the other, as fast as it allows, and what does
// not fit into its queue is dropped at the tail. Two kinds: a constant rate, which may be shared with
// somebody's upload, and delivery opportunities (see `opportunity.ts`). No byte is lost unseen.
import type { Micros } from '#agent/core/time.ts';
import type { Bottleneck } from './impairment.ts';
import type { NoiseKey } from './noise.ts';
import { OpportunityQueue } from './opportunity.ts';
import type { Queue } from './queue.ts';
import { Upload } from './upload.ts';

export const queueOf = (bottleneck: Bottleneck, key: NoiseKey): Queue =>
  bottleneck.kind === 'rate' ? new RateQueue(bottleneck, key) : new OpportunityQueue(bottleneck);

class RateQueue implements Queue {
  readonly #bytesPerUs: number;
  readonly #queueBytes: number;
  readonly #upload: Upload | undefined;
  /** When everything accepted so far has left; with its fraction of a µs, or the rate would drift. */
  #freeUs = 0;

  constructor(bottleneck: Bottleneck & { readonly kind: 'rate' }, key: NoiseKey) {
    this.#bytesPerUs = bottleneck.kbps / 8_000;
    this.#queueBytes = bottleneck.queueBytes;
    this.#upload = bottleneck.upload === undefined ? undefined : new Upload(bottleneck.upload, key);
  }

  pass(now: Micros, bytes: number): Micros | undefined {
    this.#competeUntil(now);
    if (!this.#accepts(now, bytes, this.#queueBytes)) return undefined;
    return Math.round(this.#freeUs);
  }

  backlog(now: Micros): number {
    this.#competeUntil(now);
    return Math.max(0, (this.#freeUs - now) * this.#bytesPerUs);
  }

  #accepts(now: number, bytes: number, limit: number): boolean {
    const start = Math.max(this.#freeUs, now);
    if ((start - now) * this.#bytesPerUs + bytes > limit) return false;
    this.#freeUs = start + bytes / this.#bytesPerUs;
    return true;
  }

  #competeUntil(now: Micros): void {
    const upload = this.#upload;
    if (upload === undefined) return;
    for (let at = upload.next(now); at !== undefined; at = upload.next(now)) {
      this.#accepts(at, upload.packetBytes, this.#queueBytes * upload.fill);
    }
  }
}
