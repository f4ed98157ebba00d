// One call as an operator sees it, folded from its facts: what it is doing, how it has been going, what it
// costs. No word of what was said is kept.
import type { AgentFact } from '../core/fact.ts';
import { type Micros, toMs } from '../core/time.ts';
import { type Answer, AnswerFold } from './answer.ts';
import { Spread, type SpreadSummary } from './spread.ts';
import { type Prices, type Spend, type Usage, UsageFold } from './usage.ts';

/** `away`: its client is out of reach and may come back. */
export type CallState = 'connecting' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'away' | 'ended';

export type CallSummary = {
  readonly state: CallState;
  /** Turns of the caller that were answered. */
  readonly turns: number;
  readonly interruptions: number;
  readonly errors: number;
  /** Stage and reason of the latest one, such as `llm timeout`. */
  readonly lastError: string | null;
  /** Response times, ms; null while there is none. */
  readonly responseMs: SpreadSummary | null;
  readonly usage: Usage;
  readonly usd: number;
  readonly unpriced: boolean;
};

/** What one fact meant beyond itself. */
export type Taken = { readonly answer: Answer | undefined; readonly spend: Spend | undefined };

/** Response times of one call: an hour of brisk talk. */
const ANSWERS_MAX = 256;

export class CallView {
  readonly #answers = new AnswerFold();
  readonly #usage: UsageFold;
  readonly #responseMs = new Spread(ANSWERS_MAX);
  #phase: 'connecting' | 'here' | 'away' | 'ended' = 'connecting';
  #callerSpeaks = false;
  #answerDue = false;
  #agentSpeaks = false;
  #turns = 0;
  #interruptions = 0;
  #errors = 0;
  #lastError: string | null = null;
  #lastUs: Micros = 0;

  constructor(prices: Prices) {
    this.#usage = new UsageFold(prices);
  }

  /** Time of the latest fact. */
  get lastUs(): Micros {
    return this.#lastUs;
  }

  take(fact: AgentFact): Taken {
    this.#lastUs = fact.t;
    this.#follow(fact);
    const answer = this.#answers.take(fact);
    if (answer !== undefined) this.#responseMs.add(toMs(answer.responseUs));
    return { answer, spend: this.#usage.take(fact) };
  }

  get state(): CallState {
    if (this.#phase !== 'here') return this.#phase;
    if (this.#callerSpeaks) return 'hearing';
    if (this.#agentSpeaks) return 'speaking';
    return this.#answerDue ? 'thinking' : 'listening';
  }

  get summary(): CallSummary {
    const { usage, usd, unpriced } = this.#usage;
    return {
      state: this.state,
      turns: this.#turns,
      interruptions: this.#interruptions,
      errors: this.#errors,
      lastError: this.#lastError,
      responseMs: this.#responseMs.summary ?? null,
      usage,
      usd,
      unpriced,
    };
  }

  #follow(fact: AgentFact): void {
    switch (fact.what) {
      case 'client.ready':
      case 'client.back':
        this.#phase = 'here';
        return;
      case 'client.left':
        this.#phase = 'away';
        return;
      case 'session.ended':
        this.#phase = 'ended';
        return;
      case 'vad.started':
        this.#callerSpeaks = true;
        return;
      case 'vad.stopped':
        this.#callerSpeaks = false;
        return;
      case 'turn.committed':
        this.#turns += 1;
        this.#answerDue = true;
        return;
      case 'reply.started':
        this.#answerDue = false;
        this.#agentSpeaks = true;
        return;
      case 'reply.stopped':
        this.#agentSpeaks = false;
        return;
      case 'interrupted':
        this.#interruptions += 1;
        this.#answerDue = false;
        this.#agentSpeaks = false;
        return;
      case 'error':
        this.#errors += 1;
        this.#lastError = `${fact.stage} ${fact.reason}`;
        return;
      default:
    }
  }
}
