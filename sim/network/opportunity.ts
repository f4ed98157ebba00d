// A bottleneck told by a trace in mahimahi's format: at each of these milliseconds the link may carry
// 1,500 bytes, from whatever packets wait; what nobody uses is lost. After its last entry the trace
// begins again. Written from the description of the format (mm-link's manual), not from its code.
import { assert } from '#agent/core/assert.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Bottleneck } from './impairment.ts';
import type { Queue } from './queue.ts';

const OPPORTUNITY_BYTES = 1_500;

export class OpportunityQueue implements Queue {
  readonly #times: readonly Micros[];
  readonly #periodUs: Micros;
  readonly #queueBytes: number;
  /** The opportunity in use: its place in the trace, the time its round of the trace began, its rest. */
  #index = 0;
  #roundUs = 0;
  #left = OPPORTUNITY_BYTES;
  /** Packets not yet gone, oldest first: when they go and how large they are. */
  #waiting: { readonly at: Micros; readonly bytes: number }[] = [];
  #gone = 0;
  #backlog = 0;

  constructor(bottleneck: Bottleneck & { readonly kind: 'trace' }) {
    this.#times = bottleneck.opportunitiesMs.map((at) => Math.round(at * 1_000));
    this.#periodUs = this.#times.at(-1) ?? 0;
    assert(this.#periodUs > 0, 'a trace must last longer than 0 ms');
    this.#queueBytes = bottleneck.queueBytes;
  }

  pass(now: Micros, bytes: number): Micros | undefined {
    if (this.backlog(now) + bytes > this.#queueBytes) return undefined;
    this.#seek(now);
    let rest = bytes;
    while (rest > this.#left) {
      rest -= this.#left;
      this.#advance();
    }
    this.#left -= rest;
    const at = this.#time();
    this.#waiting.push({ at, bytes });
    this.#backlog += bytes;
    return at;
  }

  backlog(now: Micros): number {
    for (let head = this.#waiting[this.#gone]; head !== undefined && head.at <= now; ) {
      this.#backlog -= head.bytes;
      this.#gone += 1;
      head = this.#waiting[this.#gone];
    }
    if (this.#gone > 64 && this.#gone * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#gone);
      this.#gone = 0;
    }
    return this.#backlog;
  }

  /** Opportunities before `now` are past, used or not. */
  #seek(now: Micros): void {
    const rounds = Math.floor((now - this.#roundUs) / this.#periodUs) - 1;
    if (rounds > 0) {
      this.#roundUs += rounds * this.#periodUs;
      this.#left = OPPORTUNITY_BYTES;
    }
    while (this.#time() < now) this.#advance();
  }

  #advance(): void {
    this.#left = OPPORTUNITY_BYTES;
    this.#index += 1;
    if (this.#index < this.#times.length) return;
    this.#index = 0;
    this.#roundUs += this.#periodUs;
  }

  #time(): Micros {
    return this.#roundUs + (this.#times[this.#index] ?? 0);
  }
}
