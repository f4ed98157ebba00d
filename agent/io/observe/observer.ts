// One server's observer: every call tells it its facts, and from them come the log, the figures, the traces
// and the state of the door. It changes nothing in a call, and what it keeps is bounded. Whoever owns the
// door asks it whether a new call may begin now.
import type { TransportName } from '../../call.ts';
import type { AgentFact } from '../../core/fact.ts';
import { LIMITS } from '../../core/limit.ts';
import type { ObserveSettings } from '../../setting/observe-table.ts';
import { Board, type BoardCall, type BoardSummary } from '../../telemetry/board.ts';
import { type BudgetStore, DayBudget, dayOf } from '../../telemetry/budget.ts';
import type { Models } from '../../telemetry/span.ts';
import { SpanFold } from '../../telemetry/span-fold.ts';
import type { Prices } from '../../telemetry/usage.ts';
import type { Log } from '../log.ts';
import { callName, logAnswer, logEnd, logFact } from './call-log.ts';
import { type CallEnd, Metrics } from './metrics.ts';
import { startTracing, type Tracing } from './tracing.ts';

export type ObserverOptions = {
  readonly settings: ObserveSettings;
  readonly log: Log;
  /** Callers at the same time; the most that there can be when absent. */
  readonly callsMax?: number;
  /** Keeps the day's spending; it is forgotten with the process when absent. */
  readonly store?: BudgetStore;
  /** Milliseconds since 1970. */
  now?(): number;
};

export type CallStart = {
  /** The session's id, which is named nowhere. */
  readonly session: string;
  readonly transport: TransportName;
  readonly peer: string;
  /** Wall clock at microsecond 0 of the call. */
  readonly epochMs: number;
  readonly models: Models;
  readonly prices: Prices;
};

/** What one call tells, and where its own log lines go. */
export interface CallObserver {
  readonly log: Log;
  note(fact: AgentFact): void;
  /** A bug of ours ends the call. */
  fault(error: unknown): void;
  ended(): void;
}

export type DoorState = {
  readonly state: 'starting' | 'ready' | 'full' | 'spent' | 'draining';
  /** For who is turned away. */
  readonly reason: string;
};

export class Observer {
  readonly metrics: Metrics;
  readonly #options: ObserverOptions;
  readonly #board = new Board();
  readonly #budget: DayBudget;
  readonly #tracing: Tracing | undefined;
  readonly #running: Record<TransportName, number> = { websocket: 0, webrtc: 0, daily: 0 };
  readonly #startedMs: number;
  #phase: 'starting' | 'open' | 'draining' = 'starting';

  /** With its traces, where they are wanted. */
  static async start(options: ObserverOptions): Promise<Observer> {
    const { tracing } = options.settings;
    return new Observer(
      options,
      tracing.endpoint === '' ? undefined : await startTracing(tracing, options.log),
    );
  }

  private constructor(options: ObserverOptions, tracing: Tracing | undefined) {
    this.#options = options;
    this.#tracing = tracing;
    this.#startedMs = this.#now();
    this.#budget = new DayBudget(options.settings.budgetUsdPerDay, options.store);
    this.metrics = new Metrics({
      running: () => this.#running,
      ready: () => this.door.state === 'ready',
      budget: () => ({ capUsd: this.#budget.capUsd, spentUsd: this.#budget.spentUsd(this.#today()) }),
    });
  }

  get settings(): ObserveSettings {
    return this.#options.settings;
  }

  get door(): DoorState {
    if (this.#phase === 'starting') return { state: 'starting', reason: 'the agent is starting' };
    if (this.#phase === 'draining') {
      return { state: 'draining', reason: 'this agent is going down and takes no new calls: call again' };
    }
    if (this.#board.runningCount >= this.#callsMax) {
      return { state: 'full', reason: `all ${this.#callsMax} places are taken; try again later` };
    }
    if (this.#budget.isSpent(this.#today())) {
      return { state: 'spent', reason: 'what may be spent today is spent: call again tomorrow (UTC)' };
    }
    return { state: 'ready', reason: '' };
  }

  /** The server listens. */
  opened(): void {
    if (this.#phase === 'starting') this.#phase = 'open';
  }

  /** No new calls from now on. */
  drain(): void {
    this.#phase = 'draining';
  }

  /** Why no new call may begin now; undefined when one may. */
  turnAway(): string | undefined {
    const { state, reason } = this.door;
    if (state === 'ready') return undefined;
    this.metrics.refused(state);
    return reason;
  }

  begin({ session, transport, peer, epochMs, models, prices }: CallStart): CallObserver {
    const { metrics } = this;
    const id = callName(session);
    const log = this.#options.log.child({ session: id });
    const row = this.#board.begin({ id, transport, epochMs, prices });
    const { content } = this.settings.tracing;
    const fold = this.#tracing && new SpanFold({ id, transport, models, content });
    const trace = this.#tracing?.begin(epochMs);
    metrics.started(transport);
    this.#running[transport] += 1;
    log.info({ peer, transport }, 'a caller connected');
    let by: CallEnd = 'fault';
    return {
      log,
      note: (fact) => {
        if (fact.what === 'session.ended') by = fact.reason === 'the client left' ? 'client' : 'agent';
        metrics.note(fact);
        logFact(log, fact, models);
        const { answer, spend } = row.take(fact);
        if (spend !== undefined) {
          metrics.spent(spend);
          if (spend.usd !== null) this.#budget.add(this.#today(), spend.usd);
        }
        if (answer !== undefined) {
          metrics.answered(answer);
          logAnswer(log, answer);
        }
        if (fold !== undefined) trace?.take(fold.take(fact));
      },
      fault: (error) => log.error({ err: error }, 'a bug ended this call'),
      ended: () => this.#ended(row, transport, by, log),
    };
  }

  /** For the dashboard: a plain object. */
  overview(): Overview {
    const nowMs = this.#now();
    const day = this.#today();
    return {
      nowMs,
      startedMs: this.#startedMs,
      door: this.door,
      callsMax: this.#callsMax,
      budget: { day, capUsd: this.#budget.capUsd, spentUsd: this.#budget.spentUsd(day) },
      memoryBytes: process.memoryUsage.rss(),
      ...this.#board.summary(nowMs),
    };
  }

  /** Sends what is left of the traces. */
  async close(): Promise<void> {
    await this.#tracing?.close();
  }

  #ended(call: BoardCall, transport: TransportName, by: CallEnd, log: Log): void {
    const row = call.end(this.#now());
    this.#running[transport] -= 1;
    this.metrics.ended(transport, by, row.seconds, row);
    logEnd(log, row);
  }

  get #callsMax(): number {
    return this.#options.callsMax ?? LIMITS.clientsMax;
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #today(): string {
    return dayOf(this.#now());
  }
}

export type Overview = BoardSummary & {
  readonly nowMs: number;
  readonly startedMs: number;
  readonly door: DoorState;
  readonly callsMax: number;
  readonly budget: { readonly day: string; readonly capUsd: number; readonly spentUsd: number };
  readonly memoryBytes: number;
};
