// How a tool's function ended, as the core wants to know it: text for the model, or why there is none.
// Nothing that a function returns or throws gets past here as anything else.
import { LIMITS } from '../core/limit.ts';
import type { ToolOutcome } from '../core/tool/spec.ts';

/** Text as it is, nothing as `done`, anything else as JSON. */
export function outcomeOf(value: unknown): ToolOutcome {
  if (typeof value === 'string') return { ok: true, text: value };
  if (value === undefined) return { ok: true, text: '{"status":"done"}' };
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return { ok: true, text };
    return { ok: false, reason: `the tool returned a ${typeof value}, which is no JSON` };
  } catch (error) {
    return { ok: false, reason: `the tool returned what is no JSON: ${wordsOf(error)}` };
  }
}

export const failureOfTool = (error: unknown): ToolOutcome => ({ ok: false, reason: wordsOf(error) });

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  return words === '' ? 'the tool failed without a reason' : words.slice(0, LIMITS.failureCharsMax);
}
