// What is sent through an impaired network to measure it, as data, and what came of it. The same
// workload goes over kernel sockets and over the model, so that the two can be laid side by side.

/** Binary WebSocket messages, evenly spaced, both ways on every connection at once. */
export type Workload = {
  readonly connections: number;
  readonly frameBytes: number;
  readonly frameMs: number;
  readonly seconds: number;
  /** Frames sent in the first so many seconds are not counted: connections settle. */
  readonly skipSeconds: number;
};

/** 16 kHz PCM in frames of 20 ms, four calls at a time. */
export const PCM20: Workload = { connections: 4, frameBytes: 640, frameMs: 20, seconds: 20, skipSeconds: 1 };

/** Frames each end of each connection sends. */
export const frameCount = ({ seconds, frameMs }: Workload): number => Math.floor((seconds * 1_000) / frameMs);

/** True for frames that count. */
export const counts = ({ skipSeconds, frameMs }: Workload, frame: number): boolean =>
  frame * frameMs >= skipSeconds * 1_000;

/** When connection `index` begins, so that not all send at once, ms. */
export const offsetMs = ({ connections, frameMs }: Workload, index: number): number =>
  (index * frameMs) / connections;

/** One-way delays from the call that sends a frame to the one that receives it, ms, in no order. */
export type Delays = {
  readonly up: readonly number[];
  readonly down: readonly number[];
  /** Frames that counted and never came. */
  readonly lost: number;
};
