// The pipeline: processors in a row, frames in both directions. Dispatch is a synchronous call in
// the same tick, so there is no queue between processors and a system frame can never wait behind
// data: whatever data a processor holds back (audio, text, packets), it gives up when an
// Interruption or End passes, before the dispatch returns.
import { assert } from './assert.ts';
import type { Frame } from './frame.ts';
import { LIMITS } from './limit.ts';
import type { Micros } from './time.ts';

/** Downstream: caller towards reply. Upstream: back towards the caller's audio. */
export type Direction = 'downstream' | 'upstream';

export interface Processor {
  readonly name: string;
  /** Called once, before any frame. */
  attach(link: Link): void;
  /** Takes a frame; passes it on, answers it, or keeps it. */
  process(now: Micros, frame: Frame, direction: Direction): void;
}

/** A processor's place in the row. */
export interface Link {
  /** Sends a frame of this processor's own making. Observers see it here, once. */
  push(now: Micros, frame: Frame, direction?: Direction): void;
  /** Hands on a frame that came from a neighbour. */
  pass(now: Micros, frame: Frame, direction: Direction): void;
}

export type Observer = (now: Micros, frame: Frame, source: string) => void;

export class Pipeline {
  readonly #processors: readonly Processor[];
  readonly #observers: readonly Observer[];
  #dispatched = 0;
  #depth = 0;

  constructor(processors: readonly Processor[], observers: readonly Observer[] = []) {
    this.#processors = processors;
    this.#observers = observers;
    processors.forEach((processor, index) => {
      processor.attach({
        push: (now, frame, direction = 'downstream') => {
          for (const observe of this.#observers) observe(now, frame, processor.name);
          this.#deliver(now, frame, direction, index);
        },
        pass: (now, frame, direction) => this.#deliver(now, frame, direction, index),
      });
    });
  }

  /** Sends a frame from outside through the whole row, from its first (or last) processor on. */
  push(now: Micros, frame: Frame, direction: Direction = 'downstream'): void {
    for (const observe of this.#observers) observe(now, frame, 'pipeline');
    this.#deliver(now, frame, direction, direction === 'downstream' ? -1 : this.#processors.length);
  }

  #deliver(now: Micros, frame: Frame, direction: Direction, from: number): void {
    const next = this.#processors[direction === 'downstream' ? from + 1 : from - 1];
    if (next === undefined) return;
    if (this.#depth === 0) this.#dispatched = 0;
    this.#dispatched += 1;
    const endless = this.#dispatched > LIMITS.framesPerInputMax || this.#depth >= LIMITS.framesNestedMax;
    assert(!endless, `frame loop at ${next.name}: ${frame.kind}`);
    this.#depth += 1;
    try {
      next.process(now, frame, direction);
    } finally {
      this.#depth -= 1;
    }
  }
}
