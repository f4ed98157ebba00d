// A voice packet between two modelled ends. The sound travels as the object that it is; only its size
// is what a real packet would have.
import type { MediaPacket } from '#agent/media/jitter-buffer/packet-store.ts';

export type RtcPacket<P> = {
  /** Never wraps here; the agent's own RTP unwraps it first. */
  readonly sequence: number;
  readonly main: MediaPacket<P>;
  /** Worst first, as the decoder splits them. */
  readonly copies: readonly MediaPacket<P>[];
  /** With every header, IP included. */
  readonly bytes: number;
};
