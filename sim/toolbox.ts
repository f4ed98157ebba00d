// The tools of a scenario, as data: what each takes, how long it is at it, and how it ends. They are defined
// as an app defines its own, so that inputs are checked in the same way; in virtual time they are run here,
// on real clocks by the host's own bench.
import { z } from 'zod';
import { ms } from '#agent/core/time.ts';
import type { ToolEvent, ToolOutcome, ToolRequest } from '#agent/core/tool/spec.ts';
import { defineTool, type Tool } from '#agent/tool/define.ts';
import type { Clock, Timer } from './kernel/clock.ts';

export type ToolScript = {
  readonly name: string;
  readonly about: string;
  /** Its fields, all required. */
  readonly input: Readonly<Record<string, 'text' | 'number'>>;
  readonly sideEffect: boolean;
  readonly timeoutMs?: number;
  readonly takesMs: number | 'forever';
  /** What it gives; `{field}` stands for what it was given. */
  readonly returns?: string;
  /** Instead: what it throws. */
  readonly throws?: string;
  /** The result is filled up to so many characters. */
  readonly charsMin?: number;
};

/** The tools as an app's own; `clock` times them. */
export const toolsOf = (scripts: readonly ToolScript[], clock: Clock): readonly Tool[] =>
  scripts.map((script) => {
    const { name, about, sideEffect, timeoutMs, takesMs } = script;
    const fields = Object.entries(script.input).map(([field, kind]) => [field, SHAPES[kind]] as const);
    return defineTool({
      name,
      description: about,
      input: z.object(Object.fromEntries(fields)),
      sideEffect,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      run: (input) =>
        new Promise((resolve, reject) => {
          if (takesMs === 'forever') return;
          const end = () => {
            const outcome = endOf(script, input);
            if (outcome.ok) resolve(outcome.text);
            else reject(new Error(outcome.reason));
          };
          clock.after(ms(takesMs), end, undefined);
        }),
    });
  });

const SHAPES = { text: z.string(), number: z.number() } as const;

/** Runs them in virtual time: the counterpart of `agent/io/tool-bench.ts`. */
export class ScriptedBench {
  readonly #scripts: ReadonlyMap<string, ToolScript>;
  readonly #clock: Clock;
  readonly #deliver: (event: ToolEvent) => void;
  readonly #running = new Map<number, Timer>();

  constructor(scripts: readonly ToolScript[], clock: Clock, deliver: (event: ToolEvent) => void) {
    this.#scripts = new Map(scripts.map((script) => [script.name, script]));
    this.#clock = clock;
    this.#deliver = deliver;
  }

  request(request: ToolRequest): void {
    if (request.kind === 'cancel') return this.#cancel(request.id);
    const { id, name, input } = request;
    const script = this.#scripts.get(name);
    if (script === undefined || script.takesMs === 'forever') return;
    const end = () => {
      this.#running.delete(id);
      this.#deliver({ id, outcome: endOf(script, input) });
    };
    this.#running.set(id, this.#clock.after(ms(script.takesMs), end, undefined));
  }

  #cancel(id: number): void {
    const timer = this.#running.get(id);
    this.#running.delete(id);
    if (timer !== undefined) this.#clock.cancel(timer);
  }
}

function endOf({ returns = '', throws, charsMin = 0 }: ToolScript, input: unknown): ToolOutcome {
  if (throws !== undefined) return { ok: false, reason: throws };
  const given = new Map(Object.entries(input ?? {}));
  const text = returns.replace(/\{(\w+)\}/g, (_, field: string) => String(given.get(field) ?? ''));
  return { ok: true, text: text.padEnd(charsMin, ' .') };
}
