// The critical path of one answer, cut into stages by instants that follow one another. Each stage runs
// from one instant to the next, so their sum is the voice-to-voice latency exactly, to the microsecond.
// An answer without one of the instants has no breakdown; none is guessed.
import type { Micros } from '#agent/core/time.ts';
import type { Exchange } from './exchange.ts';

/**
 * | instant      | fact                                                                          |
 * |--------------|-------------------------------------------------------------------------------|
 * | mouthEndUs   | caller `spoke.atUs`: last speech sample leaves the mouth (ground truth)       |
 * | arrivedUs    | agent `vad.stopped.atUs`: the last audio taken for speech arrived             |
 * | finalizeUs   | agent `stt.finalize`: the pause was noticed, the final text is asked for      |
 * | finalUs      | agent `stt.final`: the last one after that                                    |
 * | committedUs  | agent `turn.committed`                                                        |
 * | tokenUs      | agent `llm.first_token`                                                       |
 * | clauseUs     | agent `tts.text`: the first one, a whole clause                               |
 * | voicedUs     | agent `tts.audible`: first audible sample from the voice                      |
 * | packetInUs   | caller `ear.audible.arrivedUs`: its packet reached the client; may be unknown |
 * | earUs        | caller `ear.audible.atUs`: it sounds                                          |
 *
 * The endpoint waits twice: for the pause to be noticed, and, when the transcript was faster than the
 * policy's silence, for the rest of that silence. `arrivedUs` may lie before `mouthEndUs` when a word
 * ends too quietly for the detector: uplink is signed.
 */
export type Instants = {
  readonly mouthEndUs: Micros;
  readonly arrivedUs: Micros;
  readonly finalizeUs: Micros;
  readonly finalUs: Micros;
  readonly committedUs: Micros;
  readonly tokenUs: Micros;
  readonly clauseUs: Micros;
  readonly voicedUs: Micros;
  readonly packetInUs: Micros | undefined;
  readonly earUs: Micros;
};

export const STAGES = ['uplink', 'endpoint', 'stt', 'llm', 'clause', 'tts', 'downlink', 'playout'] as const;
export type StageName = (typeof STAGES)[number];

/**
 * Microseconds of each stage. Where the packet's arrival is unknown, downlink ends at the ear and
 * playout is unknown; the sum of what is known is exact in either case.
 */
export function stagesOf(instants: Instants): Readonly<Record<StageName, Micros | undefined>> {
  const { mouthEndUs, arrivedUs, finalizeUs, finalUs, committedUs } = instants;
  const { tokenUs, clauseUs, voicedUs, packetInUs, earUs } = instants;
  return {
    uplink: arrivedUs - mouthEndUs,
    endpoint: finalizeUs - arrivedUs + (committedUs - finalUs),
    stt: finalUs - finalizeUs,
    llm: tokenUs - committedUs,
    clause: clauseUs - tokenUs,
    tts: voicedUs - clauseUs,
    downlink: (packetInUs ?? earUs) - voicedUs,
    playout: packetInUs === undefined ? undefined : earUs - packetInUs,
  };
}

/** The instants of an exchange's answer; undefined when one of them is missing. */
export function instantsOf(exchange: Exchange): Instants | undefined {
  const { endUs, answering, reply, hearing } = exchange;
  const committedUs = answering?.committedUs;
  if (answering === undefined || reply === undefined || committedUs === undefined) return undefined;
  const arrivedUs = answering.speeches.at(-1)?.endUs;
  const finalizeUs = answering.finalizesUs.findLast((t) => t <= committedUs);
  const finalUs = answering.finals.findLast(({ t }) => t <= committedUs)?.t;
  const { tokenUs, clauseUs, voicedUs } = reply;
  const stretch = hearing?.stretches[0];
  if (endUs === undefined || arrivedUs === undefined || finalizeUs === undefined) return undefined;
  if (finalUs === undefined || finalUs < finalizeUs) return undefined;
  if (tokenUs === undefined || clauseUs === undefined || voicedUs === undefined) return undefined;
  if (stretch === undefined) return undefined;
  return {
    mouthEndUs: endUs,
    arrivedUs,
    finalizeUs,
    finalUs,
    committedUs,
    tokenUs,
    clauseUs,
    voicedUs,
    packetInUs: stretch.arrivedUs,
    earUs: stretch.startUs,
  };
}
