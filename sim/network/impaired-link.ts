// One direction of a network with everything that may be wrong with it, in the order that is the
// contract of this room: lost or cut off at the entrance, then the bottleneck, then held, then delayed,
// then kept in order. The same direction and key give the same answers, bit for bit; the bad moments
// depend on time alone, so that every transport over "the same network" meets the same ones.
import { assert } from '#agent/core/assert.ts';
import { type Micros, ms } from '#agent/core/time.ts';
import { queueOf } from './bottleneck.ts';
import { Episodes } from './episode.ts';
import type { Direction, RouteChange } from './impairment.ts';
import { type JitterProcess, jitterProcess } from './jitter.ts';
import type { Link } from './link.ts';
import { type LossProcess, lossProcess } from './loss.ts';
import type { NoiseKey } from './noise.ts';
import type { Queue } from './queue.ts';

export class ImpairedLink implements Link {
  readonly #delayUs: number;
  readonly #loss: LossProcess | undefined;
  readonly #cuts: Episodes | undefined;
  readonly #queue: Queue | undefined;
  readonly #spikes: Episodes | undefined;
  readonly #holds: Episodes | undefined;
  readonly #jitter: JitterProcess | undefined;
  readonly #route: RouteChange | undefined;
  readonly #ordered: boolean;
  #last: Micros = 0;

  /** `key.name` tells the links of one run apart: equal names in one run meet equal luck. */
  constructor(direction: Direction, key: NoiseKey) {
    const { delayMs, loss, outage, bottleneck, spike, jitter, routeChange, reorder } = direction;
    assert(delayMs >= 0, 'a delay is never negative');
    const outages = outage === undefined ? undefined : Episodes.outages(outage, key);
    this.#delayUs = ms(delayMs);
    this.#loss = loss === undefined ? undefined : lossProcess(loss, key);
    this.#cuts = outage?.mode === 'drop' ? outages : undefined;
    this.#queue = bottleneck === undefined ? undefined : queueOf(bottleneck, key);
    this.#spikes = spike === undefined ? undefined : Episodes.spikes(spike, key);
    this.#holds = outage?.mode === 'hold' ? outages : undefined;
    this.#jitter = jitter === undefined ? undefined : jitterProcess(jitter, key);
    this.#route = routeChange;
    this.#ordered = reorder !== true;
  }

  transmit(now: Micros, bytes: number): Micros | undefined {
    const left = this.#enter(now, bytes);
    if (left === undefined) {
      this.#jitter?.skip();
      return undefined;
    }
    let start = left;
    if (this.#spikes !== undefined) start = Math.max(start, this.#spikes.until(start));
    if (this.#holds !== undefined) start = Math.max(start, this.#holds.until(start));
    let delayUs = this.#delayUs;
    if (this.#jitter !== undefined) delayUs += this.#jitter.sample(start);
    if (this.#route !== undefined) delayUs += detour(this.#route, start);
    const arrival = Math.round(start + Math.max(0, delayUs));
    if (!this.#ordered) return arrival;
    this.#last = Math.max(this.#last, arrival);
    return this.#last;
  }

  /** When the packet has passed the bottleneck, or undefined when it never does. */
  #enter(now: Micros, bytes: number): Micros | undefined {
    // Asked of every packet, or an outage would shift the luck of the packets after it.
    if (this.#loss?.drops(now) === true) return undefined;
    if (this.#cuts !== undefined && this.#cuts.until(now) > now) return undefined;
    return this.#queue === undefined ? now : this.#queue.pass(now, bytes);
  }
}

/** Once: the base delay from then on. Every so often: there and back in turns, or it would grow forever. */
function detour(route: RouteChange, at: Micros): number {
  const sinceUs = at - route.atMs * 1_000;
  if (sinceUs < 0) return 0;
  const turned = route.everyMs === undefined ? 0 : Math.floor(sinceUs / (route.everyMs * 1_000));
  return turned % 2 === 0 ? route.deltaMs * 1_000 : 0;
}
