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

type Waiting = { readonly pcm: Uint8Array; readonly timer: Timer };

export class AdaptivePlayer implements Player {
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #sound: Sound;
  #dryAtUs: Micros = -1;
  #holdUs: Micros = HOLD_MIN_US;
  /** Least audio that was queued when a chunk arrived, in the present run. */
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
    const startUs = continues ? this.#dryAtUs : arrivedUs + this.#holdUs;
    this.#dryAtUs = startUs + lengthUs(pcm.length >> 1, this.#rate);
    const timer = this.#clock.after(
      startUs - arrivedUs,
      () => {
        this.#waiting.shift();
        this.#sound({ pcm, startUs, arrivedUs, continues, treatment: 'as_sent', addedSamples: 0 });
      },
      undefined,
    );
    this.#waiting.push({ pcm, timer });
  }

  clear(): void {
    for (const { timer } of this.#waiting) this.#clock.cancel(timer);
    this.#waiting = [];
    this.#dryAtUs = Math.min(this.#dryAtUs, this.#clock.now());
    this.#slackUs = undefined;
  }

  /** A new run begins: a run dry within the reply before asks for more, a comfortable one for less. */
  #adapt(now: Micros): void {
    const slackUs = this.#slackUs;
    this.#slackUs = undefined;
    if (slackUs === undefined) return;
    const lateUs = now - this.#dryAtUs;
    const ranDry = lateUs < HOLD_MAX_US;
    const missing = ranDry ? lateUs + SLACK_WANTED_US : SLACK_WANTED_US - slackUs;
    const change = missing > 0 ? missing : Math.round(missing * DECAY);
    this.#holdUs = Math.max(HOLD_MIN_US, Math.min(HOLD_MAX_US, this.#holdUs + change));
  }
}
