// What both proxies have in common: an impaired hop in front of something that listens on this
// machine. They need no rights, listen on 127.0.0.1 only, and run the same links and the same TCP as
// the simulated network, on a clock of real time.
import type { Impairment } from '#sim/network/impairment.ts';

export type Target = { readonly host: string; readonly port: number };

export type ProxyOptions = {
  readonly target: Target;
  /** `up` is what goes to the target. */
  readonly impairment: Impairment;
  /** The same seed meets the same luck, packet by packet. */
  readonly seed: number;
};

export type ImpairedPort = {
  /** Where to go instead of to the target, on 127.0.0.1. */
  readonly port: number;
  /** Ends everything that passes through and stops listening. */
  close(): Promise<void>;
};
