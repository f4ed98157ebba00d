// What the two ends of a measured stream are told, and what they answer: JSON in an argument, lines on
// standard output.
import type { Workload } from './workload.ts';

export type PeerJob = {
  readonly role: 'listen' | 'connect';
  readonly address: string;
  /** 0: a listener takes any. */
  readonly port: number;
  readonly workload: Workload;
};

/** What the program prints: delays of the frames it received, ms. */
export type PeerReport = { readonly delaysMs: readonly number[]; readonly lost: number };

/** A listener says so, and its port, on a line of its own before anybody should connect. */
export const LISTENING = 'listening ';
