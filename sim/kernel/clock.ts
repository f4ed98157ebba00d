// The only way simulated code learns the time or waits. Two worlds implement it: the kernel
// (virtual) and `sim/loopback` (real), so that callers and emulators are the same code in both.
import type { Micros } from '#agent/core/time.ts';

/** Opaque handle of a timer. */
export type Timer = number;

export interface Clock {
  /** Integer microseconds since the world began; never goes back. */
  now(): Micros;
  /** Calls `run(argument)` after `delay` microseconds (0 = later in this instant). */
  after<A>(delay: Micros, run: (argument: A) => void, argument: A): Timer;
  /** Forgets a timer; unknown or fired ones are ignored. */
  cancel(timer: Timer): void;
}
