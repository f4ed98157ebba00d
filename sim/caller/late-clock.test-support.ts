// A clock as real ones are: its timers fire late, by as much as the test says. It promises nothing else to
// be different, so that whatever a test sees change was dated by a wake-up instead of by a sample.
import type { Clock } from '#sim/kernel/clock.ts';

export const lateClock = (clock: Clock, lateUs: number): Clock => ({
  now: () => clock.now(),
  after: (delay, run, argument) => clock.after(delay + lateUs, run, argument),
  cancel: (timer) => clock.cancel(timer),
});
