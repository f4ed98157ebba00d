// Time in the core is a number that somebody else moves: integer microseconds since the session's
// world began. Nothing here reads a clock.

/** Integer microseconds. */
export type Micros = number;

/** Whole microseconds of `value` milliseconds. */
export const ms = (value: number): Micros => Math.round(value * 1_000);

/** Whole microseconds of `value` seconds. */
export const seconds = (value: number): Micros => Math.round(value * 1_000_000);

/** Milliseconds (fractional) of a span in microseconds. */
export const toMs = (span: Micros): number => span / 1_000;
