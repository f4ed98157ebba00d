// What is counted, in the text form of Prometheus. Labels are words of ours from short lists, never anything
// that a client or a vendor wrote: the answer does not grow with calls, and holds nothing that was said.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { TransportName } from '../../call.ts';
import type { AgentFact } from '../../core/fact.ts';
import { toMs } from '../../core/time.ts';
import { ANSWER_STAGES, type Answer } from '../../telemetry/answer.ts';
import type { CallSummary } from '../../telemetry/call-view.ts';
import type { Service, Spend } from '../../telemetry/usage.ts';

/** From a packet's time to that of a caller who gives up. */
const LATENCY_S = [0.005, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.5, 2, 3, 5, 10];
const CALL_S = [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];
const CALL_USD = [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, 10];

/** How a call came to its end. */
export type CallEnd = 'client' | 'agent' | 'fault';

/** What is looked at when somebody asks. */
export type Gauges = {
  running(): Readonly<Record<TransportName, number>>;
  ready(): boolean;
  budget(): { readonly capUsd: number; readonly spentUsd: number };
};

export class Metrics {
  readonly #registry = new Registry();
  readonly #started = this.#counter('parley_calls_started_total', 'Calls that began', ['transport']);
  readonly #ended = this.#counter('parley_calls_ended_total', 'Calls that ended, by who ended them', [
    'transport',
    'by',
  ]);
  readonly #refused = this.#counter('parley_calls_refused_total', 'New calls turned away', ['why']);
  readonly #turns = this.#counter('parley_turns_total', 'Turns of callers', ['outcome']);
  readonly #interruptions = this.#counter('parley_interruptions_total', 'Replies that callers interrupted');
  readonly #drafts = this.#counter('parley_drafts_total', 'Replies begun before the turn was over', ['what']);
  readonly #errors = this.#counter('parley_errors_total', 'Failures of services', ['stage', 'reason']);
  readonly #retries = this.#counter('parley_retries_total', 'Attempts again', ['stage', 'reason']);
  readonly #hedges = this.#counter('parley_hedges_total', 'Second attempts beside a first', ['stage', 'by']);
  readonly #tools = this.#counter('parley_tool_calls_total', 'Calls of tools that came to an end', [
    'outcome',
  ]);
  readonly #away = this.#counter('parley_clients_total', 'Clients lost and come back', ['what']);
  readonly #sttSeconds = this.#counter('parley_stt_seconds_total', 'Audio sent to recognisers, s');
  readonly #tokens = this.#counter('parley_llm_tokens_total', 'Tokens of models', ['kind']);
  readonly #characters = this.#counter('parley_tts_characters_total', 'Characters sent to voices');
  readonly #cost = this.#counter('parley_cost_usd_total', 'Cost at list prices, USD', ['stage', 'wasted']);
  readonly #response = this.#histogram(
    'parley_response_seconds',
    'Last speech in to first audible packet of the reply out, s',
    LATENCY_S,
  );
  readonly #stage = this.#histogram('parley_stage_seconds', 'Stages of a response, s', LATENCY_S, ['stage']);
  readonly #callSeconds = this.#histogram('parley_call_seconds', 'Length of calls, s', CALL_S);
  readonly #callUsd = this.#histogram('parley_call_cost_usd', 'Cost of calls at list prices, USD', CALL_USD);

  constructor(gauges: Gauges) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('parley_calls_running', 'Calls going on', ['transport'], (gauge) => {
      for (const [transport, count] of Object.entries(gauges.running())) gauge.set({ transport }, count);
    });
    this.#gauge('parley_ready', '1 while new calls are taken', [], (gauge) =>
      gauge.set(gauges.ready() ? 1 : 0),
    );
    this.#gauge(
      'parley_budget_usd',
      'What may be spent and is spent on this day (UTC)',
      ['what'],
      (gauge) => {
        const { capUsd, spentUsd } = gauges.budget();
        gauge.set({ what: 'cap' }, capUsd);
        gauge.set({ what: 'spent' }, spentUsd);
      },
    );
    for (const service of ['stt', 'llm', 'tts'] satisfies Service[]) {
      this.#cost.inc({ stage: service, wasted: 'no' }, 0);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  started(transport: TransportName): void {
    this.#started.inc({ transport });
  }

  ended(transport: TransportName, by: CallEnd, seconds: number, { usd }: CallSummary): void {
    this.#ended.inc({ transport, by });
    this.#callSeconds.observe(seconds);
    this.#callUsd.observe(usd);
  }

  refused(why: string): void {
    this.#refused.inc({ why });
  }

  answered({ responseUs, stages }: Answer): void {
    this.#response.observe(toMs(responseUs) / 1_000);
    // A stage may be negative by some milliseconds: it began before the one ahead of it had ended.
    for (const stage of ANSWER_STAGES)
      this.#stage.observe({ stage }, Math.max(0, toMs(stages[stage]) / 1_000));
  }

  spent({ service, usd, wasted }: Spend): void {
    if (usd !== null) this.#cost.inc({ stage: service, wasted: wasted ? 'yes' : 'no' }, usd);
  }

  note(fact: AgentFact): void {
    switch (fact.what) {
      case 'turn.committed':
        return this.#turns.inc({ outcome: 'answered' });
      case 'turn.dropped':
        return this.#turns.inc({ outcome: 'dropped' });
      case 'interrupted':
        return this.#interruptions.inc();
      case 'speculated':
        return this.#drafts.inc({ what: 'begun' });
      case 'discarded':
        return this.#drafts.inc({ what: 'discarded' });
      case 'error':
        return this.#errors.inc({ stage: fact.stage, reason: fact.reason });
      case 'retry':
        return this.#retries.inc({ stage: fact.stage, reason: fact.reason });
      case 'hedged':
        return this.#hedges.inc({ stage: fact.stage, by: fact.by });
      case 'tool.result':
        return this.#tools.inc({ outcome: fact.ok ? 'ok' : 'failed' });
      case 'client.left':
        return this.#away.inc({ what: 'left' });
      case 'client.back':
        return this.#away.inc({ what: 'back' });
      case 'usage.stt':
        return this.#sttSeconds.inc(toMs(fact.us) / 1_000);
      case 'usage.llm':
        this.#tokens.inc({ kind: 'input' }, fact.promptTokens);
        this.#tokens.inc({ kind: 'cached' }, fact.cachedTokens);
        return this.#tokens.inc({ kind: 'output' }, fact.completionTokens);
      case 'usage.tts':
        return this.#characters.inc(fact.characters);
      default:
    }
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[] = []): Counter<T> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #histogram<T extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly T[] = [],
  ): Histogram<T> {
    const own = { name, help, buckets: [...buckets], labelNames: [...labelNames] };
    return new Histogram({ ...own, registers: [this.#registry] });
  }

  #gauge<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    look: (gauge: Gauge<T>) => void,
  ): void {
    const collect = function (this: Gauge<T>): void {
      look(this);
    };
    new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry], collect });
  }
}
