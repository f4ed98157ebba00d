// What the agent says when nobody else says anything: a question whether the caller is still there, and
// a farewell before it ends a call by itself. Never while anybody speaks, while a turn is considered or
// while a reply is being prepared or heard. Bounded: so many questions in a row, and one farewell.
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import { type Micros, ms } from '../time.ts';
import type { NudgeSettings } from './setting.ts';

export type IdleHands = {
  /** The floor is nobody's, and there is somebody to hear. */
  idle(): boolean;
  /** Says it as a reply of its own; the reply's number. */
  say(now: Micros, text: string): number;
  end(now: Micros, reason: string): void;
};

type Leaving = {
  readonly reason: string;
  /** Then the call ends, whatever has become of the farewell. */
  readonly latestUs: Micros;
  reply: number | undefined;
  said: boolean;
};

/** Nobody answers in no time: what is said by itself keeps a little distance. */
const BREATH_US: Micros = ms(300);

export class Idle {
  readonly #nudge: NudgeSettings;
  readonly #farewell: string;
  readonly #outlet: Outlet;
  readonly #hands: IdleHands;
  /** Questions since the caller last said something. */
  #nudges = 0;
  #leaving: Leaving | undefined;

  constructor(nudge: NudgeSettings, farewell: string, outlet: Outlet, hands: IdleHands) {
    this.#nudge = nudge;
    this.#farewell = farewell;
    this.#outlet = outlet;
    this.#hands = hands;
  }

  /** The silence is counted from here: the client is ready, or has come back. */
  begin(now: Micros): void {
    this.#rest(now);
  }

  observe(now: Micros, frame: Frame): void {
    switch (frame.kind) {
      case 'UserStoppedSpeaking':
        if (frame.answer) this.#nudges = 0;
        break;
      case 'BotStoppedSpeaking':
        if (this.#leaving?.reply === frame.reply) {
          this.#leaving.said = true;
          return this.#outlet.timers.set('idle', now);
        }
        break;
      case 'VadUserStartedSpeaking':
      case 'VadUserStoppedSpeaking':
      case 'UserStartedSpeaking':
      case 'LlmStarted':
      case 'BotStartedSpeaking':
        break;
      default:
        return;
    }
    this.#rest(now);
  }

  /** Ends the call politely: the farewell is said as soon as the floor is free. */
  leave(now: Micros, reason: string): void {
    if (this.#leaving !== undefined) return;
    const latestUs = now + LIMITS.farewellUs;
    this.#leaving = { reason, latestUs, reply: undefined, said: false };
    this.#outlet.timers.set('idle', now);
  }

  /** The `idle` timer. */
  wake(now: Micros): void {
    if (this.#leaving !== undefined) return this.#takeLeave(now, this.#leaving);
    if (!this.#hands.idle()) return this.#rest(now);
    if (this.#nudges >= this.#nudge.max) return this.leave(now, 'the caller said nothing any more');
    this.#nudges += 1;
    const text = this.#nudge.line;
    const reply = this.#hands.say(now, text);
    this.#outlet.note(now, { what: 'nudge', reply, text, count: this.#nudges });
  }

  #takeLeave(now: Micros, leaving: Leaving): void {
    if (leaving.said || now >= leaving.latestUs) return this.#hands.end(now, leaving.reason);
    if (leaving.reply !== undefined) return this.#outlet.timers.set('idle', leaving.latestUs);
    if (!this.#hands.idle()) return this.#rest(now);
    leaving.reply = this.#hands.say(now, this.#farewell);
    this.#outlet.note(now, { what: 'farewell', reply: leaving.reply, text: this.#farewell });
    // A voice that fails at once has said all that it will.
    leaving.said = this.#hands.idle();
    this.#outlet.timers.set('idle', leaving.said ? now : leaving.latestUs);
  }

  #rest(now: Micros): void {
    const { timers } = this.#outlet;
    const leaving = this.#leaving;
    if (leaving?.reply !== undefined) return;
    if (leaving !== undefined) return timers.set('idle', Math.min(now + BREATH_US, leaving.latestUs));
    const { afterMs, max, thenEnd } = this.#nudge;
    const anything = afterMs > 0 && (this.#nudges < max || thenEnd);
    timers.follow('idle', anything ? now + ms(afterMs) : undefined);
  }
}
