// How large an Opus frame of 20 ms is, variable rate, while someone speaks and in pauses: as measured on
// libwebrtc, and on the encoder of our own client. Drawn by frame number, so that no other draw moves.
import { hashNumber } from '#sim/kernel/hash.ts';
import { uniformOf } from '#sim/kernel/random.ts';

/** Bytes. Spreads are half widths: `fast` from frame to frame, `slow` of stretches of about a second. */
export type OpusSizes = {
  readonly active: { readonly mean: number; readonly fast: number; readonly slow: number };
  readonly pause: { readonly mean: number; readonly fast: number };
};

/** libwebrtc with speech at 32 kbit/s: mean 87 and standard deviation 11, 80 over all. */
export const WEBRTC_SIZES: OpusSizes = {
  active: { mean: 87, fast: 16, slow: 6 },
  pause: { mean: 35, fast: 6 },
};

/**
 * Our own encoder at 24 kbit/s (`agent/media/codec/opus-codec.ts`): mean 60 and standard deviation 8 over
 * the recorded callers and the emulated voice. A pause weighs 38 with a caller's hiss in it, 25 without.
 */
export const OWN_SIZES: OpusSizes = {
  active: { mean: 60, fast: 11, slow: 4 },
  pause: { mean: 36, fast: 8 },
};

/** How much a frame takes after the one before it. */
const LEAN = 0.6;
const SLOW_FRAMES = 64;

/** IP 20, UDP 8, RTP 12, header extensions 16 and the SRTP tag 10. */
export const RTP_OVERHEAD_BYTES = 66;
/** One byte of table of contents, nothing else. */
export const NOISE_BYTES = 1;
/** RED (RFC 2198): a header of four bytes per copy and one for the primary. */
export const RED_HEADER_BYTES = 4;
export const RED_PRIMARY_BYTES = 1;
/** RTCP receiver report, and feedback with one list of missing packets, with all headers. */
export const REPORT_BYTES = 90;
export const FEEDBACK_BYTES = 70;

/** Bytes of frame number `frame`. */
export function opusBytes(state: number, frame: number, isActive: boolean, sizes = WEBRTC_SIZES): number {
  const { active, pause } = sizes;
  const spread = 2 * uniformOf(hashNumber(state, frame)) - 1;
  if (!isActive) return Math.round(pause.mean + pause.fast * spread);
  const before = 2 * uniformOf(hashNumber(state, frame - 1)) - 1;
  const slow = 2 * uniformOf(hashNumber(state ^ 0x510e527f, Math.floor(frame / SLOW_FRAMES))) - 1;
  return Math.round(active.mean + active.fast * (spread + LEAN * before) + active.slow * slow);
}
