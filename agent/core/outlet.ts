// What a processor may use of its session besides frames: facts to state, timers to set, effects to
// ask for. One object, handed to each processor when the session is built.
import type { AgentFact } from './fact.ts';
import type { Micros } from './time.ts';
import type { TimerTable } from './timer.ts';
import type { ToolRequest } from './tool/spec.ts';
import type { HttpRequest, Lane, SocketRequest } from './wire.ts';

/** What a session asks of its world, in order. */
export type SessionEffect =
  | { readonly kind: 'client.send'; readonly data: string | Uint8Array }
  /** Audio for the client's media path, one 20 ms frame of PCM. */
  | { readonly kind: 'client.media'; readonly pcm: Uint8Array }
  | { readonly kind: 'client.close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'stt'; readonly request: SocketRequest; readonly lane?: Lane }
  | { readonly kind: 'tts'; readonly request: SocketRequest; readonly lane?: Lane }
  | { readonly kind: 'llm'; readonly request: HttpRequest; readonly lane?: Lane }
  | { readonly kind: 'tool'; readonly request: ToolRequest }
  /** Score one window of 512 samples (1,024 bytes s16le, 16 kHz) with the voice activity model. */
  | { readonly kind: 'score'; readonly window: number; readonly pcm: Uint8Array }
  | { readonly kind: 'fact'; readonly fact: AgentFact }
  /** The session is over: nothing follows, and no input is taken any more. */
  | { readonly kind: 'ended' };

type WithoutStamp<F> = F extends AgentFact ? Omit<F, 't' | 'who'> : never;
export type StatedFact = WithoutStamp<AgentFact>;

export class Outlet {
  readonly timers: TimerTable;
  /** Differs from call to call: what retries are spread by. */
  readonly salt: number | undefined;
  #effects: SessionEffect[] = [];
  #taken = 0;

  constructor(timers: TimerTable, salt?: number) {
    this.timers = timers;
    this.salt = salt;
  }

  effect(effect: SessionEffect): void {
    this.#effects.push(effect);
  }

  note(now: Micros, fact: StatedFact): void {
    this.#effects.push({ kind: 'fact', fact: { t: now, who: 'agent', ...fact } as AgentFact });
  }

  /** The oldest effect not yet taken. */
  take(): SessionEffect | undefined {
    const effect = this.#effects[this.#taken];
    if (effect === undefined) {
      if (this.#taken > 0) this.#effects = [];
      this.#taken = 0;
      return undefined;
    }
    this.#taken += 1;
    return effect;
  }
}
