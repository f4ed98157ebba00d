// How our own client plays over a WebSocket: it holds back a little audio at the start of a reply, as
// much as the recent past says the network needs, and drops what has not sounded when the agent says
// that it was interrupted.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import { lengthUs, type Player, type Sound } from './player.ts';

const HOLD_MIN_US: Micros = 0;
const HOLD_MAX_US: Micros = ms(400);
/** What must still be queued when the latest chunk comes in, so that the next may be a little later. */
const SLACK_WANTED_US: Micros = ms(20);
/** Share of a surplus given back at each new start: quick to rise, slow to fall. */
const DECAY = 0.25;

/** A chunk that has not begun to sound. */
type Waiting = {
  readonly timer: Timer;
  readonly startUs: Micros;
  readonly lengthUs: Micros;
  begin(): void;
};

export class AdaptivePlayer implements Player {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #sound: Sound;
  #dryAtUs: Micros = -1;
  /** End of the last chunk that has begun to sound: this much cannot be taken back. */
  #soundedUs: Micros = -1;
  #holdUs: Micros = HOLD_MIN_US;
  /** Something has been queued since the last clear, so that the end of it tells of the network. */
  #running = false;
  /** Least audio that was queued when a chunk arrived, in the present run; undefined after only one. */
  #slackUs: Micros | undefined;
  #waiting: Waiting[] = [];

  constructor(clock: Clock, rate: number, sound: Sound) {
    this.#clock = clock;
    this.#rate = rate;
    this.#sound = sound;
  }

  arrived(pcm: Uint8Array): void {
    const arrivedUs = this.#clock.now();
    const continues = arrivedUs <= this.#dryAtUs;
    if (continues) this.#slackUs = Math.min(this.#slackUs ?? HOLD_MAX_US, this.#dryAtUs - arrivedUs);
    else this.#adapt(arrivedUs);
    this.#running = true;
    const startUs = continues ? this.#dryAtUs : arrivedUs + this.#holdUs;
    const pieceUs = lengthUs(pcm.length >> 1, this.#rate);
    const endUs = startUs + pieceUs;
    this.#dryAtUs = endUs;
    const begin = () => {
      this.#waiting.shift();
      this.#soundedUs = endUs;
      this.#sound({ pcm, startUs, arrivedUs, continues, damagedSamples: 0, addedSamples: 0 });
    };
    const timer = this.#clock.after(startUs - arrivedUs, begin, undefined);
    this.#waiting.push({ timer, startUs, lengthUs: pieceUs, begin });
  }

  clear(): Micros {
    const now = this.#clock.now();
    for (const { timer } of this.#waiting) this.#clock.cancel(timer);
    // Where a timer is late, the sound was not: what should have begun has begun.
    for (const { startUs, begin } of [...this.#waiting]) if (startUs < now) begin();
    const droppedUs = this.#waiting.reduce((sum, { lengthUs }) => sum + lengthUs, 0);
    this.#waiting = [];
    this.#dryAtUs = this.#soundedUs;
    this.#slackUs = undefined;
    this.#running = false;
    return droppedUs;
  }

  /** A new run begins: a run dry within the reply before asks for more, a comfortable one for less. */
  #adapt(now: Micros): void {
    const slackUs = this.#slackUs ?? SLACK_WANTED_US;
    this.#slackUs = undefined;
    if (!this.#running) return;
    const lateUs = now - this.#dryAtUs;
    const ranDry = lateUs < HOLD_MAX_US;
    const missing = ranDry ? lateUs + SLACK_WANTED_US : SLACK_WANTED_US - slackUs;
    const change = missing > 0 ? missing : Math.round(missing * DECAY);
    this.#holdUs = Math.max(HOLD_MIN_US, Math.min(HOLD_MAX_US, this.#holdUs + change));
  }
}
