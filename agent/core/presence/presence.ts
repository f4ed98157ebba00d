// What keeps a call alive or brings it to its end beside the conversation itself: silence, money, and
// connections that break. The session hands its events in; whatever shall be said or ended goes through
// the hands it was given.
import type { ClientSession } from '../client.ts';
import type { Frame } from '../frame.ts';
import type { Outlet, SessionEffect } from '../outlet.ts';
import type { PlayoutProcessor } from '../playout/processor.ts';
import type { Micros } from '../time.ts';
import type { TurnProcessor } from '../turn/turn.ts';
import { Absence } from './absence.ts';
import { CostMeter } from './cost.ts';
import { Idle } from './idle.ts';
import type { PresenceSettings } from './setting.ts';
import { Unheard } from './unheard.ts';

export type PresenceParts = {
  readonly outlet: Outlet;
  /** Said to whoever was cut off, or not understood, before there was a word to answer. */
  readonly apology: string;
  readonly client: Pick<ClientSession, 'back'>;
  readonly turn: Pick<TurnProcessor, 'idle' | 'say'>;
  readonly playout: Pick<PlayoutProcessor, 'lost' | 'back'>;
  /** Ends the call; `politely`: the client is told as well, if it is there. */
  end(now: Micros, reason: string, politely: boolean): void;
};

export class Presence {
  readonly absence: Absence;
  readonly idle: Idle;
  readonly unheard: Unheard;
  readonly #cost: CostMeter;
  readonly #parts: PresenceParts;
  #capped = false;

  constructor(settings: PresenceSettings, parts: PresenceParts) {
    const { outlet, client, turn, playout, end } = parts;
    this.#parts = parts;
    this.#cost = new CostMeter(settings.cost, settings.farewell);
    this.absence = new Absence({
      windowMs: settings.reconnectWindowMs,
      outlet,
      client,
      playout,
      resumed: (now, unheard, speechCut) => this.#resumed(now, unheard, speechCut),
      end: (now, reason) => end(now, reason, false),
    });
    const hands = {
      idle: () => turn.idle && !this.absence.away,
      say: (now: Micros, text: string) => turn.say(now, text),
      end: (now: Micros, reason: string) => end(now, reason, true),
    };
    this.idle = new Idle(settings.nudge, settings.farewell, outlet, hands);
    this.unheard = new Unheard(parts.apology, outlet, hands);
  }

  observe(now: Micros, frame: Frame): void {
    this.absence.observe(now, frame);
    this.idle.observe(now, frame);
    this.unheard.observe(now, frame);
  }

  /** The client is ready, for the first time or on a new connection. `owed`: it never heard an answer. */
  ready(now: Micros, owed = false): void {
    this.idle.begin(now);
    this.absence.ready(now);
    if (owed) this.#resumed(now, '', true);
  }

  /** What the session does and states: usage is money, and a turn without words may have had some. */
  watch(effect: SessionEffect | undefined): void {
    if (effect?.kind !== 'fact') return;
    if (effect.fact.what === 'turn.dropped') this.unheard.dropped(effect.fact.t);
    if (!this.#cost.take(effect.fact)) return;
    if (this.#capped || !this.#cost.near) return;
    this.#capped = true;
    const now = effect.fact.t;
    const { usd, capUsd } = this.#cost;
    this.#parts.outlet.note(now, { what: 'cost.capped', usd, capUsd });
    this.idle.leave(now, `the conversation nears its cost cap of ${capUsd} USD`);
  }

  /** What the caller missed is said again, unless there is something newer to say; else they are asked to. */
  #resumed(now: Micros, unheard: string, speechCut: boolean): void {
    this.idle.begin(now);
    const { outlet, turn, apology } = this.#parts;
    const text = unheard === '' && speechCut ? apology : unheard;
    if (text !== '' && turn.idle) outlet.note(now, { what: 'repeated', reply: turn.say(now, text), text });
  }
}
