// One direction of a packet network, pure: given when a packet enters and how large it is, when does
// it come out at the far end, if at all. It schedules nothing; whoever sends puts the answer on a clock.
import type { Micros } from '#agent/core/time.ts';

export interface Link {
  /**
   * Sends a packet of `bytes` (IP header included) at `now`; calls come in order of time. Returns
   * when it arrives, or undefined when it is lost. In FIFO mode arrivals never overtake each other.
   */
  transmit(now: Micros, bytes: number): Micros | undefined;
}
