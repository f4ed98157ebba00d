// How an app gives the model something to do: a name, a sentence, the shape of the input, and a function.
// The input is checked before the function sees it, and whatever the function does (throw, hang, return ten
// megabytes) ends as a result that the model is told. A definition that cannot work is named by `toolFault`.
import { z } from 'zod';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import type { CheckedInput, ToolSpec } from '../core/tool/spec.ts';

export type ToolDefinition<Input extends z.ZodType> = {
  /** What the model calls it: letters, digits, `_` and `-`. */
  readonly name: string;
  /** When to use it and what it gives, in a sentence or two for the model. */
  readonly description: string;
  /** An object. What is said of its fields with `.describe()` is told to the model. */
  readonly input: Input;
  /**
   * It changes the world. Such a tool is begun only when the caller's turn is over, and finished even when
   * the caller interrupts; others are given up then.
   */
  readonly sideEffect: boolean;
  /** Longest time it may take, ms: 10 s when absent. */
  readonly timeoutMs?: number;
  /**
   * Returns what the model is told: text as it is, anything else as JSON. What it throws is told as an
   * error. `signal` is aborted when nobody waits for it any more.
   */
  run(input: z.output<Input>, context: { readonly signal: AbortSignal }): unknown;
};

/** A defined tool: what the core needs to know of it, and how it is run with an input that was checked. */
export type Tool = ToolSpec & {
  run(input: unknown, context: { readonly signal: AbortSignal }): unknown;
};

const TIMEOUT_MS = 10_000;

export function defineTool<Input extends z.ZodType>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input, sideEffect, timeoutMs = TIMEOUT_MS } = definition;
  return {
    name,
    description,
    parameters: schemaOf(input),
    sideEffect,
    timeoutMs,
    check: (written) => checked(input, written),
    // The core runs a tool with nothing but what its `check` has let through.
    run: (taken, context) => definition.run(taken as z.output<Input>, context),
  };
}

/** What is wrong with a set of tools: which, in which field, and why. */
export type ToolFault = { readonly tool: string; readonly field: string; readonly reason: string };

/** The first fault; undefined when all of them can be offered to a model. */
export function toolFault(tools: readonly ToolSpec[]): ToolFault | undefined {
  const names = new Set<string>();
  for (const tool of tools) {
    const { name, description, parameters, timeoutMs } = tool;
    const fault = (field: string, reason: string): ToolFault => ({ tool: name, field, reason });
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      return fault('name', 'must be 1 to 64 letters, digits, "_" or "-"');
    }
    if (names.has(name)) return fault('name', 'is given to two tools');
    if (description.trim() === '') return fault('description', 'must tell the model what it is for');
    const most = toMs(LIMITS.toolTimeoutUsMax);
    if (!(timeoutMs > 0 && timeoutMs <= most)) {
      return fault('timeoutMs', `must be above 0 and at most ${most}, but is ${timeoutMs}`);
    }
    if (parameters['type'] !== 'object') {
      return fault('input', 'must be a z.object of plain values, which JSON Schema can describe');
    }
    names.add(name);
  }
  return undefined;
}

/** Empty for a shape that JSON Schema has no words for, such as a date: `toolFault` tells. */
function schemaOf(input: z.ZodType): ToolSpec['parameters'] {
  try {
    return z.toJSONSchema(input, { io: 'input' });
  } catch {
    return {};
  }
}

function checked(input: z.ZodType, written: unknown): CheckedInput {
  try {
    const parsed = input.safeParse(written);
    if (parsed.success) return { ok: true, input: parsed.data };
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return { ok: false, reason: `${where}${issue?.message ?? 'unknown form'}` };
  } catch (error) {
    // A refinement of the app's own, or one that waits.
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
