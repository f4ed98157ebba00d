// The time in which the client is out of reach: the conversation is kept, nothing is let out, and what was
// sent into the void does not count as heard. Whoever comes back in time hears the reply go on at the
// word at which it broke off; whoever was cut off in mid-speech is given a moment to speak first.
import type { ClientSession } from '../client.ts';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { PlayoutProcessor } from '../playout/processor.ts';
import { type Micros, ms, seconds } from '../time.ts';

export type AbsenceParts = {
  /** How long the session is kept; 0 ends it with the connection. */
  readonly windowMs: number;
  readonly outlet: Outlet;
  readonly client: Pick<ClientSession, 'back'>;
  readonly playout: Pick<PlayoutProcessor, 'lost' | 'back'>;
  /**
   * The conversation goes on. `unheard`: the end of a reply that seemed finished and never arrived.
   * `speechCut`: the caller was cut off in mid-speech.
   */
  resumed(now: Micros, unheard: string, speechCut: boolean): void;
  end(now: Micros, reason: string): void;
};

type State =
  | { readonly kind: 'here' }
  | { readonly kind: 'away'; readonly sinceUs: Micros; readonly speechCut: boolean; readonly unheard: string }
  /** Connected again, and asked first what they wanted to say. */
  | { readonly kind: 'returning'; readonly unheard: string };

export class Absence {
  readonly #parts: AbsenceParts;
  #state: State = { kind: 'here' };
  #speaking = false;
  #stoppedUs: Micros = 0;

  constructor(parts: AbsenceParts) {
    this.#parts = parts;
  }

  /** Nobody would hear what is said now. */
  get away(): boolean {
    return this.#state.kind !== 'here';
  }

  observe(now: Micros, frame: Frame): void {
    if (frame.kind === 'VadUserStartedSpeaking') this.#speaking = true;
    if (frame.kind !== 'VadUserStoppedSpeaking') return;
    this.#speaking = false;
    this.#stoppedUs = now;
  }

  /** The connection broke; `sinceUs`: the last sign of life that came over it. */
  lost(now: Micros, reason: string, sinceUs: Micros): void {
    if (this.#state.kind === 'away') return;
    const { outlet, windowMs, playout } = this.#parts;
    outlet.note(now, { what: 'client.left', reason });
    if (windowMs === 0) return this.#parts.end(now, 'the client left');
    const speechCut = this.#speaking || this.#stoppedUs > sinceUs;
    const owed = this.#state.kind === 'returning' ? this.#state.unheard : '';
    const unheard = `${owed} ${playout.lost(now, sinceUs)}`.trim();
    this.#state = { kind: 'away', sinceUs, speechCut, unheard };
    outlet.timers.set('reconnect', now + ms(windowMs));
  }

  /** The client has a new connection. The window stays open until it is ready. */
  back(now: Micros): void {
    if (this.#state.kind !== 'away') return;
    const awayUs = now - this.#state.sinceUs;
    this.#parts.outlet.note(now, { what: 'client.back', awayUs });
    if (this.#parts.client.back(now, awayUs)) this.ready(now);
  }

  /** The client can hear again. */
  ready(now: Micros): void {
    if (this.#state.kind !== 'away') return;
    const { speechCut, unheard } = this.#state;
    this.#state = { kind: 'returning', unheard };
    this.#parts.outlet.timers.clear('reconnect');
    if (speechCut) this.#parts.outlet.timers.set('reconnect', now + LIMITS.returnGraceUs);
    else this.#goOn(now, unheard, false);
  }

  /** The `reconnect` timer. */
  wake(now: Micros): void {
    if (this.#state.kind === 'returning') return this.#goOn(now, this.#state.unheard, true);
    const within = ms(this.#parts.windowMs) / seconds(1);
    this.#parts.end(now, `the client did not come back within ${within} s`);
  }

  #goOn(now: Micros, unheard: string, speechCut: boolean): void {
    this.#state = { kind: 'here' };
    this.#parts.playout.back(now);
    this.#parts.resumed(now, unheard, speechCut);
  }
}
