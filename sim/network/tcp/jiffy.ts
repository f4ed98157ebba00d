// The timers of a Linux kernel with 250 ticks a second. TCP's timeouts are whole ticks, and the timer
// wheel fires long ones late by up to an eighth of their length, never early; both are visible in
// measured retransmission times (an RTO of 308 ms is 77 ticks and fires 308 … 344 ms later).
import type { Micros } from '#agent/core/time.ts';

export const JIFFY_US = 4_000;
/** Each level of the wheel has 64 slots and is eight times coarser than the one below. */
const SLOTS = 63;

/** The span in whole ticks, rounded up, as microseconds. */
export const wholeJiffies = (span: Micros): Micros => Math.ceil(span / JIFFY_US) * JIFFY_US;

/** When a kernel timer set at `now` for `delay` fires. */
export function wheelDue(now: Micros, delay: Micros): Micros {
  const ticks = Math.ceil(delay / JIFFY_US);
  let level = 0;
  for (let start = SLOTS; ticks >= start && level < 8; start *= 8) level += 1;
  const slot = 8 ** level;
  const expires = Math.floor(now / JIFFY_US) + ticks;
  return (Math.floor(expires / slot) + 1) * slot * JIFFY_US;
}
