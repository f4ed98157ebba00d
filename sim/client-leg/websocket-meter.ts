// What a network did to a call on a WebSocket, from what its two ends saw: when a message left and when
// it arrived, how long it was, when the voice sounded. Nothing here knows whether the network between
// them was modelled or real. It relies on messages arriving in the order in which they were sent.
import type { Micros } from '#agent/core/time.ts';
import type { CallerClientHooks, HeardPiece } from '../caller/client/client.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import type { Duplex } from '../network/stream.ts';
import { DelayMeter } from './delay-meter.ts';
import { GapMeter } from './gap-meter.ts';
import { MessageCounter } from './traffic.ts';

export class WebsocketMeter {
  readonly #count = { up: new MessageCounter(), down: new MessageCounter() };
  readonly #delay = { up: new DelayMeter(), down: new DelayMeter() };
  /** From the agent to the ear, at the beginning of each reply: before its lead has built up. */
  readonly #toEar = new DelayMeter();
  readonly #gaps: GapMeter;
  readonly #codec: string;
  #flightUs: Micros = 0;
  #arrivedUs: Micros = 0;

  /** `playerRate`: samples per second at the ear. `codec`: how the voice is coded on the wire. */
  constructor(playerRate: number, codec: string) {
    this.#codec = codec;
    this.#gaps = new GapMeter(playerRate);
  }

  /** A message of `bytes`, frame header included, left for the agent or for the caller. */
  sent(direction: 'up' | 'down', now: Micros, bytes: number): void {
    this.#count[direction].sent(bytes);
    this.#delay[direction].sent(now);
  }

  /** The oldest of those on their way arrived. */
  arrived(direction: 'up' | 'down', now: Micros): void {
    const flightUs = this.#delay[direction].arrived(now);
    if (direction === 'up') return;
    this.#flightUs = flightUs;
    this.#arrivedUs = now;
  }

  /** The agent paused by itself, and goes on from here. */
  resumed(now: Micros): void {
    this.#gaps.announced(now);
  }

  /** The connection broke: what was on its way is lost. How many messages to the agent that were. */
  broke(): number {
    this.#delay.down.broke();
    return this.#delay.up.broke();
  }

  /** The hooks of a client whose ear is listened to here as well. */
  listening(hooks: CallerClientHooks): CallerClientHooks {
    const heard = (piece: HeardPiece) => {
      this.#gaps.heard(piece);
      if (!piece.continues) this.#toEar.add(piece.startUs - piece.arrivedUs + this.#flightUs);
      hooks.heard(piece);
    };
    const told = (type: string) => {
      // Audio of a reply comes behind this message, that of the one before has come before it.
      if (type === 'bot-started-speaking') this.#gaps.announced(this.#arrivedUs);
      hooks.told(type);
    };
    return { ...hooks, heard, told };
  }

  /** `captureUs`: the recorder's share of the delay. `wire` counts its own packets where it is modelled. */
  facts(t: Micros, captureUs: Micros, wire: Duplex | undefined): readonly NetworkFact[] {
    const whole = { expected: this.#delay.up.count, lost: 0, bursts: 0 };
    const delayUp = this.#delay.up.meanUs + captureUs;
    const traffic = { t, who: 'network', what: 'traffic' } as const;
    const voice = { t, who: 'network', what: 'voice', codec: this.#codec, bufferUs: 0 } as const;
    return [
      { ...traffic, direction: 'up', ...this.#count.up.traffic(wire?.up) },
      { ...traffic, direction: 'down', ...this.#count.down.traffic(wire?.down) },
      { ...voice, direction: 'up', ...whole, delayUs: delayUp },
      { ...voice, direction: 'down', ...this.#gaps.loss, delayUs: this.#toEar.meanUs },
    ];
  }
}
