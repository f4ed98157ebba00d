// Whose turn it is to speak, as the turn policy sees the caller. Types alone.
import type { Micros } from '../time.ts';
import type { TurnSignal } from './endpoint.ts';

export type Floor =
  | { readonly kind: 'open' } // nobody's turn
  | { readonly kind: 'speaking' } // the caller's voice is heard
  | Pause;

/** The caller paused: waiting for the transcript and for the pause to last. */
export type Pause = {
  readonly kind: 'pausing';
  /** The last speech was heard; the final transcript was asked for. */
  readonly sinceUs: Micros;
  readonly askedUs: Micros;
  /** No more words will come for what was said; `overdue`: because they did not come in time. */
  readonly settled: boolean;
  readonly overdue: boolean;
  readonly signal: TurnSignal | undefined;
  /** The sound goes on, without words: a television, not the caller. */
  readonly noisy?: true;
};

/** Text instead of speech. `run`: to be answered now. `speak`: with voice. */
export type TypedText = { readonly content: string; readonly run: boolean; readonly speak: boolean };

/** The reply that was asked for, or is the agent's `own` idea, and has not yet been heard to its end. */
export type Answer = {
  readonly reply: number;
  /** Since when it sounds. */
  soundsUs: Micros | undefined;
  readonly own?: true;
};
