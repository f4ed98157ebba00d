// The critical path of one answer, cut into stages by instants that follow one another. Each stage is made
// of stretches from one instant to the next, so their sum is the voice-to-voice latency exactly, to the
// microsecond. An answer without one of the instants has no breakdown; none is guessed.
import type { Micros } from '#agent/core/time.ts';
import type { Exchange } from './exchange.ts';

/**
 * | instant      | fact                                                                          |
 * |--------------|-------------------------------------------------------------------------------|
 * | mouthEndUs   | caller `spoke.atUs`: last speech sample leaves the mouth (ground truth)       |
 * | arrivedUs    | agent `vad.stopped.atUs`: the last audio taken for speech arrived             |
 * | finalizeUs   | agent `stt.finalize`: the pause was noticed, the final text is asked for      |
 * | finalUs      | agent `stt.final`: the last one before the model was asked                    |
 * | requestUs    | agent `llm.request`: the model was asked, before the end of the turn or at it  |
 * | committedUs  | agent `turn.committed`: the turn is over, the answer may be heard             |
 * | tokenUs      | agent `llm.first_token`                                                       |
 * | clauseUs     | agent `tts.text`: the first one, a whole clause                               |
 * | voicedUs     | agent `tts.audible`: first audible sample from the voice                      |
 * | packetInUs   | caller `ear.audible.arrivedUs`: its packet reached the client; may be unknown |
 * | earUs        | caller `ear.audible.atUs`: it sounds                                          |
 *
 * The endpoint waits up to three times: for the pause to be noticed, for the model to be asked when its
 * words are there, and for the end of the turn when the answer was ready before it. An end of the turn that
 * comes while vendors are still at work costs nothing. An answer begun before its words were settled waits
 * for no transcript: `finalUs` is then `finalizeUs`. `arrivedUs` may lie before `mouthEndUs` when a word
 * ends too quietly for the detector: uplink is signed.
 */
export type Instants = {
  readonly mouthEndUs: Micros;
  readonly arrivedUs: Micros;
  readonly finalizeUs: Micros;
  readonly finalUs: Micros;
  readonly requestUs: Micros;
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
  const { mouthEndUs, arrivedUs, finalizeUs, finalUs, requestUs } = instants;
  const { tokenUs, clauseUs, voicedUs, packetInUs, earUs } = instants;
  const { textUs, voiceUs } = heldUs(instants);
  return {
    uplink: arrivedUs - mouthEndUs,
    endpoint: finalizeUs - arrivedUs + (requestUs - finalUs) + textUs + voiceUs,
    stt: finalUs - finalizeUs,
    llm: tokenUs - requestUs,
    clause: clauseUs - tokenUs - textUs,
    tts: voicedUs - clauseUs,
    downlink: (packetInUs ?? earUs) - voicedUs - voiceUs,
    playout: packetInUs === undefined ? undefined : earUs - packetInUs,
  };
}

/** How long text that was there, or a voice that was there, waited for the end of the turn. */
export function heldUs({ committedUs, tokenUs, clauseUs, voicedUs }: Instants): {
  readonly textUs: Micros;
  readonly voiceUs: Micros;
} {
  // Text that goes to the voice in the very instant in which the turn ends was kept for it.
  const textUs = clauseUs === committedUs ? clauseUs - tokenUs : 0;
  return { textUs, voiceUs: Math.max(0, committedUs - voicedUs) };
}

/** The instants of an exchange's answer; undefined when one of them is missing. */
export function instantsOf(exchange: Exchange): Instants | undefined {
  const { endUs, answering, reply, hearing } = exchange;
  const committedUs = answering?.committedUs;
  if (answering === undefined || reply === undefined || committedUs === undefined) return undefined;
  const arrivedUs = answering.speeches.at(-1)?.endUs;
  const { requestUs } = reply;
  const finalizeUs = answering.finalizesUs.findLast((t) => t <= requestUs);
  const settledUs = answering.finals.findLast(({ t }) => t <= requestUs)?.t;
  const { tokenUs, clauseUs, voicedUs } = reply;
  const stretch = hearing?.stretches[0];
  if (endUs === undefined || arrivedUs === undefined || finalizeUs === undefined) return undefined;
  // Begun on a guess, or on words from before this pause.
  const early = requestUs < committedUs && (settledUs ?? 0) < finalizeUs;
  const finalUs = early ? finalizeUs : settledUs;
  if (finalUs === undefined || finalUs < finalizeUs) return undefined;
  if (tokenUs === undefined || clauseUs === undefined || voicedUs === undefined) return undefined;
  if (stretch === undefined) return undefined;
  return {
    mouthEndUs: endUs,
    arrivedUs,
    finalizeUs,
    finalUs,
    requestUs,
    committedUs,
    tokenUs,
    clauseUs,
    voicedUs,
    packetInUs: stretch.arrivedUs,
    earUs: stretch.startUs,
  };
}
