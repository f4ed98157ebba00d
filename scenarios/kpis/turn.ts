// The agent's half of a trace, joined: its turns with what was decided in them, and its replies from
// the model's request to the last packet. States only what the agent stated; what the caller really
// said and heard is joined in `exchange.ts`.
import type { AgentFact } from '#agent/core/fact.ts';
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';

/** A stretch of speech as the agent's voice activity detection saw it. */
export type Speech = {
  /** Arrival of its first and last audio. */
  readonly startUs: Micros;
  endUs?: Micros;
  /** When the audio arrived that decided its end, and when the decision was made. */
  decidedUs?: Micros;
  stoppedUs?: Micros;
};

export type Turn = {
  readonly number: number;
  readonly speeches: Speech[];
  readonly finalizesUs: Micros[];
  readonly finals: { readonly t: Micros; readonly text: string }[];
  committedUs?: Micros;
  /** Number of the reply that answers it. */
  reply?: number;
  dropped: boolean;
  /** The last that was stated of it. */
  lastUs: Micros;
};

export type Reply = {
  readonly number: number;
  readonly turn: number;
  readonly requestUs: Micros;
  tokenUs?: Micros;
  /** What the model said, as far as it was let finish. */
  text?: string;
  /** First text handed to the voice. */
  clauseUs?: Micros;
  chars: number;
  /** What of it was handed to the voice. */
  voiced: string;
  voicedUs?: Micros;
  startedUs?: Micros;
  audibleUs?: Micros;
  stoppedUs?: Micros;
  /** It paused for somebody heard over it, and has not gone on. */
  pausedUs?: Micros | undefined;
  /** An interruption ended it before the caller had heard it to its end. */
  interruptedUs?: Micros;
  /** It was begun before its turn was over, and was not the answer. */
  discardedUs?: Micros;
  /** Generation or voice was cancelled, for whatever reason. */
  cancelledUs?: Micros;
  /** What the agent's context says the caller heard, and when it said so. */
  believed: string;
  believedUs?: Micros;
  /** The session's end cut it off: nobody can say what was still heard. */
  cutByEnd: boolean;
};

export type AgentSide = { readonly turns: readonly Turn[]; readonly replies: readonly Reply[] };

export function agentSide(facts: readonly Fact[]): AgentSide {
  const join = new Join();
  for (const fact of facts) {
    if (fact.who === 'agent') join.take(fact);
  }
  return { turns: [...join.turns.values()], replies: [...join.replies.values()] };
}

class Join {
  readonly turns = new Map<number, Turn>();
  readonly replies = new Map<number, Reply>();
  /** The reply that is being played or was played last. */
  #playing: Reply | undefined;

  take(fact: AgentFact): void {
    if ('turn' in fact) this.#turn(fact, fact.turn);
    if ('reply' in fact) this.#reply(fact, fact.reply);
    if (fact.what === 'context' && fact.role === 'assistant') this.#believe(fact.t, fact.text);
    if (fact.what === 'session.ended') this.#end(fact.t);
  }

  #turn(fact: AgentFact, number: number): void {
    const turn = this.turns.get(number) ?? newTurn(number, fact.t);
    this.turns.set(number, turn);
    turn.lastUs = fact.t;
    const speech = turn.speeches.at(-1);
    switch (fact.what) {
      case 'vad.started':
        turn.speeches.push({ startUs: fact.atUs });
        return;
      case 'vad.stopped':
        if (speech === undefined) return;
        speech.endUs = fact.atUs;
        speech.decidedUs = fact.decidedUs;
        speech.stoppedUs = fact.t;
        return;
      case 'stt.finalize':
        turn.finalizesUs.push(fact.t);
        return;
      case 'stt.final':
        turn.finals.push({ t: fact.t, text: fact.text });
        return;
      case 'turn.committed':
        turn.committedUs = fact.t;
        turn.reply = fact.reply;
        return;
      case 'turn.dropped':
        turn.dropped = true;
        return;
      case 'llm.request':
        this.replies.set(fact.reply, newReply(fact.reply, number, fact.t));
        return;
      default:
    }
  }

  #reply(fact: AgentFact, number: number): void {
    // Nobody's turn asked for it; its text was stated before this.
    const own = fact.what === 'tts.text' && !this.replies.has(number);
    if (own) this.replies.set(number, newReply(number, 0, fact.t));
    const reply = this.replies.get(number);
    if (reply === undefined) return;
    switch (fact.what) {
      case 'llm.first_token':
        reply.tokenUs ??= fact.t;
        return;
      case 'llm.done':
        reply.text = fact.text;
        return;
      case 'tts.text':
        reply.clauseUs ??= fact.t;
        reply.chars += fact.text.length;
        reply.voiced = `${reply.voiced} ${fact.text}`.trim();
        return;
      case 'tts.audible':
        reply.voicedUs ??= fact.t;
        return;
      case 'reply.started':
        reply.startedUs ??= fact.t;
        this.#playing = reply;
        return;
      case 'reply.audible':
        reply.audibleUs ??= fact.t;
        return;
      case 'reply.stopped':
        reply.stoppedUs ??= fact.t;
        return;
      case 'ducked':
        reply.pausedUs = fact.t;
        return;
      case 'resumed':
        reply.pausedUs = undefined;
        return;
      case 'discarded':
        reply.discardedUs ??= fact.t;
        return;
      case 'interrupted':
        reply.interruptedUs ??= fact.t;
        return;
      case 'context.amended':
        reply.believed = fact.text;
        return;
      case 'cancelled':
        reply.cancelledUs ??= fact.t;
        return;
      default:
    }
  }

  /** Replies are played one after the other, and each states what was heard of it before the next. */
  #believe(t: Micros, text: string): void {
    const reply = this.#playing;
    if (reply === undefined) return;
    reply.believed = reply.believed === '' ? text : `${reply.believed} ${text}`;
    reply.believedUs = t;
  }

  /** What is stated of a reply in the very instant of the session's end is cut off by it. */
  #end(now: Micros): void {
    const reply = this.#playing;
    if (reply === undefined || reply.interruptedUs !== undefined) return;
    reply.cutByEnd = (reply.believedUs ?? now) >= now;
  }
}

const newTurn = (number: number, t: Micros): Turn => ({
  number,
  speeches: [],
  finalizesUs: [],
  finals: [],
  dropped: false,
  lastUs: t,
});

const newReply = (number: number, turn: number, requestUs: Micros): Reply => ({
  number,
  turn,
  requestUs,
  chars: 0,
  voiced: '',
  believed: '',
  cutByEnd: false,
});
