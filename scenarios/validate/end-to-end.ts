// A modelled voice stream over a network written as in the tables, measured as the real one was: 75 s
// both ways, the first two seconds left out, a speaker who pauses for 14 % of the time.
import { ms, seconds } from '#agent/core/time.ts';
import { difference, type JitterStatistics } from '#agent/media/jitter-buffer/statistic.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '#sim/network/impaired-link.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import { RTC_DEFAULT } from '#sim/network/rtc/option.ts';
import { RtcStream } from '#sim/network/rtc/stream.ts';
import { HostLateness } from './host-lateness.ts';
import { MouthToEar } from './mouth-to-ear.ts';
import { figuresOf, meanFigures, type RtcFigures, type RtcOptions } from './rtc-figure.ts';

const FRAME_MS = 20;
const CALL_S = 75;
const SKIP_S = 2;
const SEEDS = [1, 2, 3] as const;
/** The recorded speaker: pauses of 200 and 400 ms in turns, 14 of the longer ones a minute. */
const CYCLE_FRAMES = 220;
const PAUSES = [
  { from: 95, to: 105 },
  { from: 200, to: 220 },
] as const;

type Sent = { readonly sendMs: number };

/** Means over three calls and both directions. */
export async function callThrough(impairment: Impairment, options: RtcOptions): Promise<RtcFigures> {
  const runs: RtcFigures[] = [];
  for (const seed of SEEDS) runs.push(...(await callOnce(impairment, options, seed)));
  return meanFigures(runs);
}

async function callOnce(
  impairment: Impairment,
  options: RtcOptions,
  seed: number,
): Promise<readonly RtcFigures[]> {
  const kernel = new Kernel();
  const up = new ImpairedLink(impairment.up, { seed, name: 'up' });
  const down = new ImpairedLink(impairment.down, { seed, name: 'down' });
  const ways = [
    new Way(kernel, options, { seed, name: 'up', link: up, back: down }),
    new Way(kernel, options, { seed, name: 'down', link: down, back: up }),
  ];
  for (const way of ways) way.start();
  await kernel.run({ untilUs: seconds(CALL_S), stopWhen: () => false });
  return ways.map((way) => way.figures());
}

type Route = {
  readonly seed: number;
  readonly name: string;
  readonly link: ImpairedLink;
  readonly back: ImpairedLink;
};

/** One direction: its sender's frames, and the ear at its far end. */
class Way {
  readonly #kernel: Kernel;
  readonly #stream: RtcStream<Sent>;
  readonly #host: HostLateness;
  readonly #ear = new MouthToEar();
  readonly #phaseUs: number;
  #frame = 0;
  #before: JitterStatistics | undefined;

  constructor(kernel: Kernel, options: RtcOptions, { seed, name, link, back }: Route) {
    const { fec, nack, dtx } = options;
    this.#kernel = kernel;
    this.#host = new HostLateness(2 * seed + (name === 'up' ? 0 : 1));
    this.#phaseUs = ms(2.3 * seed + (name === 'up' ? 0 : 4.1));
    const settings = { ...RTC_DEFAULT, fec, nack, dtx, red: options.red ? 1 : 0 } as const;
    const play = (pieces: Parameters<MouthToEar['hear']>[0]) => {
      const now = kernel.now();
      const counted = now >= seconds(SKIP_S);
      if (!counted) this.#before = { ...this.#stream.statistics };
      this.#ear.hear(pieces, now / 1_000, counted);
    };
    this.#stream = new RtcStream<Sent>({ clock: kernel, settings, link, back, seed, name, play });
  }

  start(): void {
    this.#kernel.after(this.#phaseUs, () => this.#stream.open(), undefined);
    this.#kernel.after(0, this.#speak, undefined);
  }

  readonly #speak = (): void => {
    const now = this.#kernel.now();
    const at = this.#frame % CYCLE_FRAMES;
    const active = !PAUSES.some(({ from, to }) => at >= from && at < to);
    this.#stream.sendFrame({ sendMs: now / 1_000 }, active);
    this.#frame += 1;
    const nextUs = ms(this.#host.at(this.#frame * FRAME_MS));
    this.#kernel.after(Math.max(0, nextUs - now), this.#speak, undefined);
  };

  figures(): RtcFigures {
    const { statistics } = this.#stream;
    const counted = difference(statistics, this.#before ?? statistics);
    return figuresOf(counted, this.#ear);
  }
}
