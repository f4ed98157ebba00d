// A tool as the core knows it: what the model is told of it, how long it may take, and whether it
// changes the world. Running one is the host's business: the core asks for it and is told how it ended.
import type { ToolOffer } from '../provider.ts';

export type ToolSpec = ToolOffer & {
  /** It changes something outside (books, sends, pays): begun, it is finished, whoever interrupts. */
  readonly sideEffect: boolean;
  readonly timeoutMs: number;
  /** Whether what the model wrote is an input of this tool. Pure; never throws. */
  check(input: unknown): CheckedInput;
};

export type CheckedInput =
  | { readonly ok: true; readonly input: unknown }
  /** One line that the model can mend its call by. */
  | { readonly ok: false; readonly reason: string };

/** What the host shall do. `id` numbers the calls of a session from 1. */
export type ToolRequest =
  | { readonly kind: 'run'; readonly id: number; readonly name: string; readonly input: unknown }
  /** Its outcome is of no interest any more. */
  | { readonly kind: 'cancel'; readonly id: number };

export type ToolOutcome =
  /** `text`: for the model, of any length. */
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** How call `id` ended; a second one for the same call is ignored. */
export type ToolEvent = { readonly id: number; readonly outcome: ToolOutcome };
