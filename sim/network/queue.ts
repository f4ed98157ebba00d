// What waits at the narrow place of a path. A queue answers when a packet will have left it, at the
// moment it comes; whatever it accepts it lets go, in order, and what does not fit it refuses.
import type { Micros } from '#agent/core/time.ts';

export interface Queue {
  /** When a packet that comes at `now` has left the queue, or undefined when it did not fit in. */
  pass(now: Micros, bytes: number): Micros | undefined;
  /** Bytes still waiting at `now`, the part in transmission included. `now` must not go back. */
  backlog(now: Micros): number;
}
