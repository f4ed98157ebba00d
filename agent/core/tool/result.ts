// What the model is told of a call: the result, bounded, or an error in one JSON object. A result that is
// too long is cut and says so itself, since a model that does not know would take half a list for all of it.
import { firstChars } from '../excerpt.ts';
import { LIMITS } from '../limit.ts';
import type { ToolOutcome } from './spec.ts';

export type ToolResult = {
  readonly ok: boolean;
  /** The content of the tool's message. */
  readonly text: string;
  /** Why it is not, or not all, the tool's result. */
  readonly error?: string;
};

export function resultOf(outcome: ToolOutcome): ToolResult {
  if (!outcome.ok) return failed(outcome.reason);
  const { text } = outcome;
  const most = LIMITS.toolResultCharsMax;
  if (text.length <= most) return { ok: true, text };
  const error = `the result has ${text.length} characters; only the first ${most} are given`;
  return { ok: false, text: JSON.stringify({ error, begin: firstChars(text, most) }), error };
}

/** A call without a result. */
export function failed(reason: string): ToolResult {
  const error = reason.slice(0, LIMITS.failureCharsMax);
  return { ok: false, text: JSON.stringify({ error }), error };
}
