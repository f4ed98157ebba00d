// All calls of one process, as an operator looks at them: those that are going on, the latest that ended, and
// the percentiles of every stage over the latest answers. Bounded, and without a word of what was said.
import type { AgentFact } from '../core/fact.ts';
import { type Micros, toMs } from '../core/time.ts';
import { ANSWER_STAGES, type Answer, type AnswerStage } from './answer.ts';
import { type CallSummary, CallView, type Taken } from './call-view.ts';
import { Spread, type SpreadSummary } from './spread.ts';
import type { Prices } from './usage.ts';

export type BoardCallAbout = {
  /** Name of the call for operators. */
  readonly id: string;
  readonly transport: string;
  /** Wall clock at microsecond 0 of the call. */
  readonly epochMs: number;
  readonly prices: Prices;
};

export type CallRow = CallSummary & {
  readonly id: string;
  readonly transport: string;
  readonly startedMs: number;
  /** So far, or altogether. */
  readonly seconds: number;
  /** Why it is over; null while it goes on. */
  readonly end: string | null;
};

export type BoardError = {
  readonly atMs: number;
  readonly call: string;
  readonly stage: string;
  readonly reason: string;
  readonly fatal: boolean;
};

export type BoardSummary = {
  readonly running: readonly CallRow[];
  /** The latest that ended, newest first. */
  readonly ended: readonly CallRow[];
  /** The latest failures of services, newest first. */
  readonly errors: readonly BoardError[];
  readonly totals: {
    readonly calls: number;
    readonly turns: number;
    readonly interruptions: number;
    readonly errors: number;
    readonly usd: number;
    readonly sttSeconds: number;
    readonly tokens: number;
    readonly characters: number;
    /** Something was used whose price is not known. */
    readonly unpriced: boolean;
  };
  /** Milliseconds over the latest answers; null while there is none. */
  readonly response: SpreadSummary | null;
  readonly stages: Readonly<Record<AnswerStage, SpreadSummary | null>>;
};

const ENDED_MAX = 20;
const ERRORS_MAX = 20;

export class Board {
  readonly #running = new Set<BoardCall>();
  readonly #ended: CallRow[] = [];
  readonly #errors: BoardError[] = [];
  readonly #response = new Spread();
  readonly #stages: Readonly<Record<AnswerStage, Spread>>;
  #calls = 0;
  /** Of calls that are over. */
  #past = NO_TOTALS;

  constructor() {
    const spreads = ANSWER_STAGES.map((stage) => [stage, new Spread()] as const);
    this.#stages = Object.fromEntries(spreads) as Record<AnswerStage, Spread>;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  begin(about: BoardCallAbout): BoardCall {
    const call: BoardCall = new BoardCall(about, {
      answered: (answer) => this.#answered(answer),
      failed: (error) => remember(this.#errors, error, ERRORS_MAX),
      ended: (row) => {
        if (!this.#running.delete(call)) return;
        this.#past = sum(this.#past, row);
        remember(this.#ended, row, ENDED_MAX);
      },
    });
    this.#calls += 1;
    this.#running.add(call);
    return call;
  }

  summary(nowMs: number): BoardSummary {
    const running = [...this.#running].map((call) => call.row(nowMs));
    const stages = ANSWER_STAGES.map((stage) => [stage, this.#stages[stage].summary ?? null] as const);
    return {
      running,
      ended: [...this.#ended],
      errors: [...this.#errors],
      totals: { ...running.reduce(sum, this.#past), calls: this.#calls },
      response: this.#response.summary ?? null,
      stages: Object.fromEntries(stages) as BoardSummary['stages'],
    };
  }

  #answered({ responseUs, stages }: Answer): void {
    this.#response.add(toMs(responseUs));
    for (const stage of ANSWER_STAGES) this.#stages[stage].add(toMs(stages[stage]));
  }
}

type BoardCallHooks = {
  answered(answer: Answer): void;
  failed(error: BoardError): void;
  ended(row: CallRow): void;
};

export class BoardCall {
  readonly #about: BoardCallAbout;
  readonly #hooks: BoardCallHooks;
  readonly #view: CallView;
  #endReason: string | null = null;

  constructor(about: BoardCallAbout, hooks: BoardCallHooks) {
    this.#about = about;
    this.#hooks = hooks;
    this.#view = new CallView(about.prices);
  }

  take(fact: AgentFact): Taken {
    const taken = this.#view.take(fact);
    if (taken.answer !== undefined) this.#hooks.answered(taken.answer);
    if (fact.what === 'session.ended') this.#endReason = fact.reason;
    if (fact.what === 'error') {
      const { stage, reason, fatal, t } = fact;
      this.#hooks.failed({ atMs: this.#wallMs(t), call: this.#about.id, stage, reason, fatal });
    }
    return taken;
  }

  /** The call is over and will state nothing more. */
  end(nowMs: number): CallRow {
    this.#endReason ??= 'a bug ended it';
    const row = { ...this.row(nowMs), state: 'ended' } as const;
    this.#hooks.ended(row);
    return row;
  }

  row(nowMs: number): CallRow {
    const { id, transport, epochMs } = this.#about;
    const seconds = Math.max(0, (nowMs - epochMs) / 1_000);
    return { ...this.#view.summary, id, transport, startedMs: epochMs, seconds, end: this.#endReason };
  }

  #wallMs(t: Micros): number {
    return Math.round(this.#about.epochMs + toMs(t));
  }
}

type Totals = Omit<BoardSummary['totals'], 'calls'>;

const NO_TOTALS: Totals = {
  turns: 0,
  interruptions: 0,
  errors: 0,
  usd: 0,
  sttSeconds: 0,
  tokens: 0,
  characters: 0,
  unpriced: false,
};

const sum = (totals: Totals, { usage, ...row }: CallRow): Totals => ({
  turns: totals.turns + row.turns,
  interruptions: totals.interruptions + row.interruptions,
  errors: totals.errors + row.errors,
  usd: totals.usd + row.usd,
  sttSeconds: totals.sttSeconds + toMs(usage.sttUs) / 1_000,
  tokens: totals.tokens + usage.promptTokens + usage.completionTokens,
  characters: totals.characters + usage.characters,
  unpriced: totals.unpriced || row.unpriced,
});

/** The newest first. */
function remember<T>(among: T[], one: T, sizeMax: number): void {
  among.unshift(one);
  among.length = Math.min(among.length, sizeMax);
}
