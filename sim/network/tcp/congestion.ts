// What differs between congestion controls: how far to fall on a loss, and how fast to rise.
import type { Micros } from '#agent/core/time.ts';
import type { Round } from './round.ts';
import type { Sender } from './sender.ts';
import type { Window } from './window.ts';

export type CongestionName = 'cubic' | 'reno' | 'bbr';

/** Oldest unacknowledged byte and next byte to send. */
export type Edges = { readonly una: number; readonly nxt: number };

/** Sets window and pace itself, on every acknowledgement, in place of all that others do about losses. */
export interface RateModel {
  acknowledged(sender: Sender, round: Round): void;
  /** How long after a packet of `bytes` the next may leave. */
  paceUs(bytes: number): Micros;
}

export interface CongestionControl {
  readonly model?: RateModel;
  /** The threshold to fall to after a loss; remembers the window it fell from. */
  fall(cwnd: number): number;
  /** `acked` segments arrived while the window was the limit. */
  rise(window: Window, acked: number, now: Micros): void;
  /** A round-trip sample. */
  sample(rttUs: Micros, window: Window, edges: Edges, now: Micros): void;
  /** A timeout: what was learnt is void. */
  forget(): void;
  /** Sending starts again after `idleUs` without anything in flight. */
  resume(idleUs: Micros, now: Micros): void;
}
