// Every wait of a session has a name in this table. Timers are therefore inspectable and
// comparable, and cannot leak: setting a name again moves it, ending the session clears them all.
import type { Micros } from './time.ts';

export const TIMER_NAMES = [
  'stt', // the recogniser session's own deadline
  'llm', // the model session's own deadline
  'tts', // the voice session's own deadline
  'tool', // a call of a tool that takes too long
  'summary', // a summary that takes too long
  'endpoint', // how long a pause must last before the turn is committed
  'wordless', // how long sound without new words may go on before it is nobody's turn
  'overlap', // how long the caller may be heard over the agent before that is an interruption
  'transcript', // how long a turn waits for its final transcript
  'clause', // how long the first clause of a reply is waited for
  'audio_gap', // the caller's audio stopped in mid-speech
  'playout', // the next 20 ms of a reply
  'played_out', // the caller has heard the last of a reply
  'idle', // nobody has said anything for a while
  'unheard', // a moment after words that nobody understood, before they are asked for again
  'reconnect', // how long a client whose connection broke may stay away
] as const;
export type TimerName = (typeof TIMER_NAMES)[number];

export class TimerTable {
  readonly #due = new Map<TimerName, Micros>();

  set(name: TimerName, at: Micros): void {
    this.#due.set(name, at);
  }

  /** Sets the timer, or clears it when there is nothing to wait for. */
  follow(name: TimerName, at: Micros | undefined): void {
    if (at === undefined) this.#due.delete(name);
    else this.#due.set(name, at);
  }

  clear(name: TimerName): void {
    this.#due.delete(name);
  }

  clearAll(): void {
    this.#due.clear();
  }

  at(name: TimerName): Micros | undefined {
    return this.#due.get(name);
  }

  /** The earliest moment at which something is due. */
  next(): Micros | undefined {
    let earliest: Micros | undefined;
    for (const at of this.#due.values()) {
      if (earliest === undefined || at < earliest) earliest = at;
    }
    return earliest;
  }

  /** Takes the earliest timer due at `now`; equal times fire in the order of TIMER_NAMES. */
  take(now: Micros): TimerName | undefined {
    let first: TimerName | undefined;
    let firstAt = Number.POSITIVE_INFINITY;
    for (const name of TIMER_NAMES) {
      const at = this.#due.get(name);
      if (at !== undefined && at <= now && at < firstAt) {
        first = name;
        firstAt = at;
      }
    }
    if (first !== undefined) this.#due.delete(first);
    return first;
  }
}
