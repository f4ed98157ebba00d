// The calls of a session: which are under way, for how long they may be, and what the model is told of
// each, once. It promises that every call it takes has a result, whatever the tool does or fails to do, and
// that what a tool with side effects began is not lost with the reply that asked for it.
import type { Conversation } from '../context/conversation.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { ChatMessage, ToolCall, ToolOffer } from '../provider.ts';
import { type Micros, ms } from '../time.ts';
import { failed, resultOf, type ToolResult } from './result.ts';
import type { ToolEvent, ToolSpec } from './spec.ts';

/** What the model is given when it goes on: its own calls, and their results in the same order. */
export type Answered = {
  readonly calls: readonly ToolCall[];
  readonly results: readonly ChatMessage[];
};

type Running = {
  readonly number: number;
  readonly reply: number;
  readonly spec: ToolSpec;
  readonly sinceUs: Micros;
  readonly endBy: Micros;
};

/** The calls of one generation, which wait for each other. */
type Round = {
  readonly reply: number;
  readonly calls: readonly ToolCall[];
  readonly results: Map<string, string>;
  done(now: Micros, answered: Answered): void;
};

const PENDING = '{"status":"not finished yet"}';
const CANCELLED = '{"status":"given up, the caller interrupted"}';

export class ToolDesk {
  readonly #specs: ReadonlyMap<string, ToolSpec>;
  readonly #conversation: Conversation;
  readonly #outlet: Outlet;
  readonly #running = new Map<number, Running>();
  #round: Round | undefined;
  #calls = 0;

  constructor(specs: readonly ToolSpec[], conversation: Conversation, outlet: Outlet) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.#conversation = conversation;
    this.#outlet = outlet;
  }

  get offers(): readonly ToolOffer[] {
    const offer = ({ name, description, parameters }: ToolSpec) => ({ name, description, parameters });
    return Array.from(this.#specs.values(), offer);
  }

  /** Starts all `calls` of one generation; `done` follows when each has its result, perhaps at once. */
  begin(now: Micros, reply: number, calls: readonly ToolCall[], done: Round['done']): void {
    const first = this.#calls + 1;
    this.#calls += calls.length;
    // Numbered anew: vendors' ids may repeat, and results must find their call in the whole history.
    const own = calls.map((call, index) => ({ ...call, id: idOf(first + index) }));
    this.#conversation.called(own, PENDING);
    this.#round = { reply, calls: own, results: new Map(), done };
    for (const [index, call] of own.entries()) {
      if (index < LIMITS.toolCallsMax) this.#start(now, reply, first + index, call);
      else
        this.#refuse(now, reply, first + index, call.name, `more than ${LIMITS.toolCallsMax} calls at once`);
    }
    this.#follow();
    this.#endRound(now);
  }

  /** The host tells how a call ended. Calls that are over, or never were, are nobody's. */
  receive(now: Micros, { id, outcome }: ToolEvent): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    this.#settle(now, running, resultOf(outcome));
  }

  wake(now: Micros): void {
    for (const running of [...this.#running.values()]) {
      if (now < running.endBy) continue;
      this.#running.delete(running.number);
      const { spec } = running;
      if (!spec.sideEffect)
        this.#outlet.effect({ kind: 'tool', request: { kind: 'cancel', id: running.number } });
      const unknown = spec.sideEffect ? '; whether it was done is not known' : '';
      this.#settle(now, running, failed(`no answer within ${spec.timeoutMs} ms${unknown}`));
    }
    this.#follow();
  }

  /** The reply is over: what only looks something up is given up, what has begun to act is finished. */
  interrupt(now: Micros): void {
    this.#round = undefined;
    for (const { number, reply, spec } of [...this.#running.values()]) {
      if (spec.sideEffect) continue;
      this.#running.delete(number);
      this.#outlet.effect({ kind: 'tool', request: { kind: 'cancel', id: number } });
      this.#outlet.note(now, { what: 'tool.cancelled', reply, call: number, tool: spec.name });
      this.#conversation.resolved(idOf(number), CANCELLED);
    }
    this.#follow();
  }

  #start(now: Micros, reply: number, number: number, call: ToolCall): void {
    const { name } = call;
    const refuse = (reason: string) => this.#refuse(now, reply, number, name, reason);
    const spec = this.#specs.get(name);
    if (spec === undefined) {
      return refuse(
        `there is no tool ${JSON.stringify(name)}; tools: ${[...this.#specs.keys()].join(', ') || 'none'}`,
      );
    }
    if (this.#running.size >= LIMITS.toolsRunningMax) return refuse('too many calls are under way');
    const written = parse(call.arguments);
    if (!written.ok) return refuse('the arguments are not JSON');
    const checked = spec.check(written.value);
    if (!checked.ok) return refuse(`the arguments are not valid: ${checked.reason}`);
    const endBy = now + Math.min(ms(spec.timeoutMs), LIMITS.toolTimeoutUsMax);
    this.#running.set(number, { number, reply, spec, sinceUs: now, endBy });
    const input = call.arguments.slice(0, LIMITS.toolFactCharsMax);
    this.#outlet.note(now, { what: 'tool.called', reply, call: number, tool: name, input });
    this.#outlet.effect({ kind: 'tool', request: { kind: 'run', id: number, name, input: checked.input } });
  }

  #refuse(now: Micros, reply: number, number: number, tool: string, reason: string): void {
    this.#told(now, { number, reply, tool: tool.slice(0, LIMITS.toolFactCharsMax), us: 0 }, failed(reason));
  }

  #settle(now: Micros, { number, reply, spec, sinceUs }: Running, result: ToolResult): void {
    this.#told(now, { number, reply, tool: spec.name, us: now - sinceUs }, result);
    this.#follow();
    this.#endRound(now);
  }

  #told(
    now: Micros,
    { number, ...of }: { number: number; reply: number; tool: string; us: Micros },
    { ok, text, error }: ToolResult,
  ): void {
    const why = error === undefined ? {} : { error: error.slice(0, LIMITS.toolFactCharsMax) };
    this.#outlet.note(now, { what: 'tool.result', ...of, call: number, ok, ...why });
    this.#conversation.resolved(idOf(number), text);
    const round = this.#round;
    if (round?.calls.some(({ id }) => id === idOf(number))) round.results.set(idOf(number), text);
  }

  #endRound(now: Micros): void {
    const round = this.#round;
    if (round === undefined || round.results.size < round.calls.length) return;
    this.#round = undefined;
    const results = round.calls.map(
      ({ id }): ChatMessage => ({ role: 'tool', callId: id, content: round.results.get(id) ?? '' }),
    );
    round.done(now, { calls: round.calls, results });
  }

  #follow(): void {
    const ends = Array.from(this.#running.values(), ({ endBy }) => endBy);
    this.#outlet.timers.follow('tool', ends.length === 0 ? undefined : Math.min(...ends));
  }
}

const idOf = (number: number): string => `call_${number}`;

/** A tool without input may be called with nothing at all. */
function parse(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  if (text.trim() === '') return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return { ok: false };
  }
}
