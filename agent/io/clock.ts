// The real clock of this process, in the unit of the core. It never goes back and is unrelated to the
// time of day.
import type { Micros } from '../core/time.ts';

/** Whole microseconds since the process began. */
export const monotonicUs = (): Micros => Math.floor(performance.now() * 1_000);
