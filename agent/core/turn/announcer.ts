// How the turn policy makes its decisions known: each as the fact that states it and the frame that
// carries it out, always both. It decides nothing.
import type { Outlet } from '../outlet.ts';
import type { Link } from '../pipeline.ts';
import type { Micros } from '../time.ts';

export type Commitment = {
  readonly turn: number;
  readonly reply: number;
  readonly text: string;
  readonly trimmed: number;
  readonly drafted: boolean;
  readonly silent: boolean;
};

export class Announcer {
  readonly #outlet: Outlet;
  link: Link | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  speculated(now: Micros, turn: number, reply: number, text: string): void {
    this.#outlet.note(now, { what: 'speculated', turn, reply, text });
    this.link?.push(now, { kind: 'Speculate', turn, reply, text });
  }

  discarded(now: Micros, turn: number, reply: number): void {
    this.#outlet.note(now, { what: 'discarded', turn, reply });
    this.link?.push(now, { kind: 'Discard', reply });
  }

  ducked(now: Micros, turn: number, reply: number): void {
    this.#outlet.note(now, { what: 'ducked', turn, reply });
    this.link?.push(now, { kind: 'Duck', reply });
  }

  resumed(now: Micros, reply: number): void {
    this.#outlet.note(now, { what: 'resumed', reply });
    this.link?.push(now, { kind: 'Resume', reply });
  }

  /** The turn held no words: nobody answers it. */
  dropped(now: Micros, turn: number): void {
    this.#outlet.note(now, { what: 'turn.dropped', turn });
    const nothing = { answer: false, reply: 0, text: '', trimmed: 0 };
    this.link?.push(now, { kind: 'UserStoppedSpeaking', turn, ...nothing });
  }

  committed(now: Micros, { drafted, silent, ...turn }: Commitment): void {
    this.link?.push(now, {
      kind: 'UserStoppedSpeaking',
      answer: true,
      ...turn,
      ...(drafted ? { drafted } : {}),
      ...(silent ? { silent } : {}),
    });
  }

  /** The agent's own words, without a model behind them. */
  said(now: Micros, reply: number, text: string): void {
    this.link?.push(now, { kind: 'LlmStarted', reply });
    this.link?.push(now, { kind: 'LlmText', reply, text });
    this.link?.push(now, { kind: 'LlmEnded', reply });
  }
}
