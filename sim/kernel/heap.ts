// The future: a binary heap of timers ordered by (time, sequence), so that equal times keep the
// order in which they were asked for. Cancelling leaves a tombstone that is skipped when it
// surfaces; searching the heap would cost more than it saves.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from './clock.ts';

export type Due = {
  readonly time: Micros;
  readonly run: (argument: unknown) => void;
  readonly argument: unknown;
};

const SLOTS_FIRST = 256;
/** A handle is slot + serial * SLOTS_MAX: exact in a double for 2^33 timers. */
const SLOTS_MAX = 1 << 20;

export class TimerHeap {
  #time = new Float64Array(SLOTS_FIRST);
  #serial = new Float64Array(SLOTS_FIRST);
  readonly #run: (((argument: unknown) => void) | undefined)[] = [];
  readonly #argument: unknown[] = [];
  readonly #free: number[] = [];
  /** Slots in heap order. */
  readonly #order: number[] = [];
  #slots = 0;
  #sequence = 0;
  #live = 0;

  /** Timers that are neither fired nor cancelled. */
  get live(): number {
    return this.#live;
  }

  /** Adds a timer; throws when more than 2^20 are pending, which is a leak. */
  push(time: Micros, run: (argument: unknown) => void, argument: unknown): Timer {
    const slot = this.#free.pop() ?? this.#grow();
    const serial = this.#sequence++;
    this.#time[slot] = time;
    this.#serial[slot] = serial;
    this.#run[slot] = run;
    this.#argument[slot] = argument;
    this.#live += 1;
    this.#order.push(slot);
    this.#rise(this.#order.length - 1);
    return slot + serial * SLOTS_MAX;
  }

  cancel(timer: Timer): void {
    const slot = timer % SLOTS_MAX;
    const serial = Math.floor(timer / SLOTS_MAX);
    if (this.#serial[slot] !== serial || this.#run[slot] === undefined) return;
    this.#run[slot] = undefined;
    this.#argument[slot] = undefined;
    this.#live -= 1;
  }

  /** Time of the earliest live timer. */
  peek(): Micros | undefined {
    this.#skipTombstones();
    const slot = this.#order[0];
    return slot === undefined ? undefined : this.#time[slot];
  }

  /** Takes the earliest live timer out. */
  pop(): Due | undefined {
    this.#skipTombstones();
    const slot = this.#order[0];
    if (slot === undefined) return undefined;
    const run = this.#run[slot];
    const due = { time: this.#time[slot] ?? 0, run: run as Due['run'], argument: this.#argument[slot] };
    this.#live -= 1;
    this.#removeTop();
    return due;
  }

  #skipTombstones(): void {
    for (let top = this.#order[0]; top !== undefined && this.#run[top] === undefined; top = this.#order[0]) {
      this.#removeTop();
    }
  }

  #removeTop(): void {
    const order = this.#order;
    const top = order[0];
    const last = order.pop();
    if (top === undefined || last === undefined) return;
    this.#run[top] = undefined;
    this.#argument[top] = undefined;
    this.#free.push(top);
    if (order.length === 0 || top === last) return;
    order[0] = last;
    this.#sink(0);
  }

  #before(left: number, right: number): boolean {
    const timeLeft = this.#time[left] as number;
    const timeRight = this.#time[right] as number;
    if (timeLeft !== timeRight) return timeLeft < timeRight;
    return (this.#serial[left] as number) < (this.#serial[right] as number);
  }

  #rise(start: number): void {
    const order = this.#order;
    let at = start;
    const slot = order[at] as number;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = order[parent] as number;
      if (!this.#before(slot, above)) break;
      order[at] = above;
      at = parent;
    }
    order[at] = slot;
  }

  #sink(start: number): void {
    const order = this.#order;
    const size = order.length;
    let at = start;
    const slot = order[at] as number;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#before(order[right] as number, order[child] as number)) child = right;
      if (!this.#before(order[child] as number, slot)) break;
      order[at] = order[child] as number;
      at = child;
    }
    order[at] = slot;
  }

  #grow(): number {
    if (this.#slots === SLOTS_MAX) throw new Error(`more than ${SLOTS_MAX} timers pending`);
    if (this.#slots === this.#time.length) {
      this.#time = doubled(this.#time);
      this.#serial = doubled(this.#serial);
    }
    return this.#slots++;
  }
}

function doubled(source: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const target = new Float64Array(source.length * 2);
  target.set(source);
  return target;
}
