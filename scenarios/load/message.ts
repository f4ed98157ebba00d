// What the processes of a load run tell each other. All times are microseconds since one instant that the
// parent chose, on the clock that every process of a machine shares; facts travel in batches.
import type { AgentFact } from '#agent/core/fact.ts';
import type { Micros } from '#agent/core/time.ts';
import type { VendorFact } from '#sim/kernel/fact.ts';

/** To the agent's process: where the vendors are. */
export type AgentOrder =
  | { readonly kind: 'begin'; readonly baseMs: number; readonly vendors: number }
  | { readonly kind: 'stop' };

/** A fact of one session; `atUs`: when it was stated, as the agent counts from the begin of each call. */
export type StatedFact = {
  readonly session: string;
  readonly atUs: Micros;
  readonly fact: AgentFact;
};

/** What the process has used at `atUs`, threads included. */
export type Usage = {
  readonly atUs: Micros;
  readonly cpuUs: Micros;
  readonly rssBytes: number;
  readonly heapBytes: number;
};

export type AgentReport =
  /** `startedMs`: from the begin of its start to listening. */
  | { readonly kind: 'ready'; readonly port: number; readonly startedMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'facts'; readonly facts: readonly StatedFact[] }
  | { readonly kind: 'usage'; readonly usage: Usage }
  /** How late its event loop was, ms. */
  | { readonly kind: 'stopped'; readonly loopMs: { readonly p50: number; readonly p99: number } };

/** To the vendors' process: each session has vendors of its own, of one seed. */
export type VendorOrder =
  | { readonly kind: 'begin'; readonly baseMs: number; readonly scenario: string; readonly providers: string }
  | { readonly kind: 'cast'; readonly session: string; readonly seed: number }
  /** The caller is at act `act` of its script. */
  | { readonly kind: 'act'; readonly session: string; readonly act: number }
  | { readonly kind: 'over'; readonly session: string };

export type VendorReport =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | {
      readonly kind: 'facts';
      readonly facts: readonly { readonly session: string; readonly fact: VendorFact }[];
    };
