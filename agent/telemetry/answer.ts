// How long one answer took and what it waited for: a fold over the agent's facts, fact by fact, for calls
// that are going on. The stages are those of the laboratory as far as the agent's socket, and their sum is
// the response time exactly. An answer of which an instant is missing has no breakdown; none is guessed.
import type { AgentFact } from '../core/fact.ts';
import type { Micros } from '../core/time.ts';

/**
 * `endpoint`: waiting for the pause to be noticed and for the end of the turn. `stt`: final text asked for →
 * there. `llm`: asked → first token. `clause`: → first text for the voice. `tts`: → first audible sample.
 * `output`: → its packet handed to the client's connection.
 */
export const ANSWER_STAGES = ['endpoint', 'stt', 'llm', 'clause', 'tts', 'output'] as const;
export type AnswerStage = (typeof ANSWER_STAGES)[number];

export type Answer = {
  readonly turn: number;
  readonly reply: number;
  /** Last audio taken for speech in → first audible packet of the reply out. */
  readonly responseUs: Micros;
  readonly stages: Readonly<Record<AnswerStage, Micros>>;
};

type Turn = { arrivedUs?: Micros | undefined; finalizeUs?: Micros; finalUs?: Micros; committedUs?: Micros };

type Reply = {
  readonly turn: number;
  readonly requestUs: Micros;
  /** The latest of the turn when the model was asked. */
  readonly finalizeUs: Micros | undefined;
  readonly finalUs: Micros | undefined;
  tokenUs?: Micros;
  clauseUs?: Micros;
  voicedUs?: Micros;
};

/** Turns and replies whose answer has not sounded: those that never will are forgotten, the oldest first. */
const KEPT_MAX = 16;

export class AnswerFold {
  readonly #turns = new Map<number, Turn>();
  readonly #replies = new Map<number, Reply>();

  /** The answer that `fact` completes: its first audible packet has left. */
  take(fact: AgentFact): Answer | undefined {
    if ('turn' in fact) this.#turn(fact, fact.turn);
    if (!('reply' in fact)) return undefined;
    const reply = this.#replies.get(fact.reply);
    if (reply === undefined) return undefined;
    switch (fact.what) {
      case 'llm.first_token':
        reply.tokenUs ??= fact.t;
        return undefined;
      case 'tts.text':
        reply.clauseUs ??= fact.t;
        return undefined;
      case 'tts.audible':
        reply.voicedUs ??= fact.t;
        return undefined;
      case 'discarded':
        this.#replies.delete(fact.reply);
        return undefined;
      case 'reply.audible':
        this.#replies.delete(fact.reply);
        return answerOf(fact.reply, reply, this.#turns.get(reply.turn), fact.t);
      default:
        return undefined;
    }
  }

  #turn(fact: AgentFact, number: number): void {
    const turn = kept<Turn>(this.#turns, number, () => ({}));
    switch (fact.what) {
      case 'vad.started':
        turn.arrivedUs = undefined;
        return;
      case 'vad.stopped':
        turn.arrivedUs = fact.atUs;
        return;
      case 'stt.finalize':
        turn.finalizeUs = fact.t;
        return;
      case 'stt.final':
        turn.finalUs = fact.t;
        return;
      case 'turn.committed':
        turn.committedUs = fact.t;
        return;
      case 'llm.request': {
        const { finalizeUs, finalUs } = turn;
        this.#replies.delete(fact.reply);
        kept(this.#replies, fact.reply, () => ({ turn: number, requestUs: fact.t, finalizeUs, finalUs }));
        return;
      }
      default:
    }
  }
}

function kept<T>(among: Map<number, T>, key: number, make: () => T): T {
  const known = among.get(key);
  if (known !== undefined) return known;
  const made = make();
  among.set(key, made);
  for (const oldest of among.keys()) {
    if (among.size <= KEPT_MAX) break;
    among.delete(oldest);
  }
  return made;
}

function answerOf(
  number: number,
  reply: Reply,
  turn: Turn | undefined,
  audibleUs: Micros,
): Answer | undefined {
  const { requestUs, finalizeUs, finalUs: settledUs, tokenUs, clauseUs, voicedUs } = reply;
  const { arrivedUs, committedUs } = turn ?? {};
  if (arrivedUs === undefined || committedUs === undefined || finalizeUs === undefined) return undefined;
  if (tokenUs === undefined || clauseUs === undefined || voicedUs === undefined) return undefined;
  // Begun on a guess, or on words from before this pause: it waited for no transcript.
  const early = requestUs < committedUs && (settledUs ?? 0) < finalizeUs;
  const finalUs = early ? finalizeUs : settledUs;
  if (finalUs === undefined || finalUs < finalizeUs) return undefined;
  // Text that goes to the voice in the very instant in which the turn ends was kept for it.
  const textUs = clauseUs === committedUs ? clauseUs - tokenUs : 0;
  const voiceUs = Math.max(0, committedUs - voicedUs);
  return {
    turn: reply.turn,
    reply: number,
    responseUs: audibleUs - arrivedUs,
    stages: {
      endpoint: finalizeUs - arrivedUs + (requestUs - finalUs) + textUs + voiceUs,
      stt: finalUs - finalizeUs,
      llm: tokenUs - requestUs,
      clause: clauseUs - tokenUs - textUs,
      tts: voicedUs - clauseUs,
      output: audibleUs - voicedUs - voiceUs,
    },
  };
}
