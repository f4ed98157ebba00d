// How large an Opus frame of 20 ms is at 32 kbit/s, variable rate: as measured on libwebrtc with speech
// (87 bytes in the mean while someone speaks, standard deviation 11, a little of it over seconds; about
// 35 in pauses; 80 over all). Drawn by frame number, so that no other draw moves.
import { hashNumber } from '#sim/kernel/hash.ts';
import { uniformOf } from '#sim/kernel/random.ts';

const ACTIVE_MEAN = 87;
/** Half widths: from frame to frame (leaning on the one before), and of stretches of about a second. */
const FAST_SPREAD = 16;
const LEAN = 0.6;
const SLOW_SPREAD = 6;
const SLOW_FRAMES = 64;
const PAUSE_MEAN = 35;
const PAUSE_SPREAD = 6;

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
export function opusBytes(state: number, frame: number, active: boolean): number {
  const spread = 2 * uniformOf(hashNumber(state, frame)) - 1;
  if (!active) return Math.round(PAUSE_MEAN + PAUSE_SPREAD * spread);
  const before = 2 * uniformOf(hashNumber(state, frame - 1)) - 1;
  const slow = 2 * uniformOf(hashNumber(state ^ 0x510e527f, Math.floor(frame / SLOW_FRAMES))) - 1;
  return Math.round(ACTIVE_MEAN + FAST_SPREAD * (spread + LEAN * before) + SLOW_SPREAD * slow);
}
