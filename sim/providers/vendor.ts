// A vendor as the network sees it. An emulator implements `Vendor` once; `sim/network` hosts it on
// a modelled connection, `sim/loopback` on a real port, with the same bytes either way.

import type { Micros } from '#agent/core/time.ts';
import type { Headers } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { VendorFact } from '#sim/kernel/fact.ts';

export type VendorRequest = {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names in lower case. */
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** The vendor's end of an open WebSocket. */
export interface VendorSocket {
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Cuts the connection without a close frame. */
  destroy(): void;
}

export interface VendorSocketHandler {
  message(data: string | Uint8Array): void;
  closed(code: number): void;
}

/** How an upgrade is answered. `drop`: connection refused or cut before any answer. */
export type UpgradeAnswer =
  | { readonly kind: 'accept'; readonly afterUs: Micros; open(socket: VendorSocket): VendorSocketHandler }
  | {
      readonly kind: 'refuse';
      readonly afterUs: Micros;
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
    }
  | { readonly kind: 'drop' };

/** The vendor's end of one HTTP exchange. Calls after the peer left are ignored. */
export interface VendorExchange {
  head(status: number, headers: Headers): void;
  write(chunk: Uint8Array): void;
  end(): void;
  /** Cuts the connection. Before `head`, the client sees a refused connection. */
  destroy(): void;
  /** Calls `run` when the client goes away before the end. */
  onAbort(run: () => void): void;
}

export interface Vendor {
  readonly name: string;
  upgrade(request: VendorRequest): UpgradeAnswer;
  exchange(request: VendorRequest, exchange: VendorExchange): void;
}

/** What a vendor may use of its world. */
export interface VendorWorld {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Index of the caller's current act: the turn that draws are keyed by. */
  turn(): number;
  note(fact: VendorFact): void;
}

/**
 * Keyed chance: the value depends on (seed, scenario, turn, stage, key, attempt) only. `key` is the
 * content that the draw is about (what was asked, said or heard), and attempt counts the draws about
 * the same content in that turn: one request more never changes what another one gets.
 */
export interface Chance {
  /** Uniform in [0, 1). */
  uniform(turn: number, stage: string, key?: string): number;
}
