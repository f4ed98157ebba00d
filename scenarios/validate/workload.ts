// What the measured connections carried, played over the model: frames of a stream in both directions
// at once, each timed from the send call to its delivery. As in the measurement, the first second is
// skipped and what has not arrived shortly after the end is not counted.
import type { Micros } from '#agent/core/time.ts';
import { ms, seconds, toMs } from '#agent/core/time.ts';
import { hashNumber, hashText } from '#sim/kernel/hash.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { uniformOf } from '#sim/kernel/random.ts';
import { webSocketBytes } from '#sim/network/frame-size.ts';
import { ImpairedLink } from '#sim/network/impaired-link.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import type { CongestionName } from '#sim/network/tcp/congestion.ts';
import { TcpConnection, type TcpStream } from '#sim/network/tcp/connection.ts';

export type Workload = {
  readonly name: string;
  readonly bytes: number;
  readonly everyMs: number;
  /** Talk-spurts: so many frames, then silence until the period is over. */
  readonly spurt?: { readonly frames: number; readonly periodMs: number };
};

/** 16 kHz PCM in 20 ms and 100 ms messages, and synthesised speech sent at five times its speed. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'pcm20', bytes: 640, everyMs: 20 },
  { name: 'pcm100', bytes: 3_200, everyMs: 100 },
  { name: 'burst', bytes: 640, everyMs: 4, spurt: { frames: 120, periodMs: 4_800 } },
];

export type StreamPlan = {
  readonly impairment: Impairment;
  readonly workload: Workload;
  readonly congestion: CongestionName;
  /** Connections; each is two streams. */
  readonly connections: number;
  readonly seconds: number;
  readonly seed: number;
};

export type StreamDelays = {
  /** One-way delivery delays, ms, sorted. */
  readonly sorted: Float64Array;
  /** Runs of consecutive frames more than 100 ms later than the base delay. */
  readonly stalls: number;
  readonly streamMinutes: number;
  readonly packets: number;
};

/** The measuring hosts' own share: the fastest frames of unimpaired rows are 0.2 ms over the delay. */
const HOST_US = 200;
/** Timers of the measuring program fire on whole milliseconds: frames leave up to that much late. */
const TIMER_US = 1_000;
const SKIP_US = seconds(1);
/** How long after the last frame deliveries still count. */
const DRAIN_US = seconds(3);
const STALL_US = ms(100);

export async function playStreams(plan: StreamPlan): Promise<StreamDelays> {
  const delays: number[] = [];
  let stalls = 0;
  let packets = 0;
  for (let index = 0; index < plan.connections; index += 1) {
    const kernel = new Kernel();
    const key = { seed: plan.seed, name: `${plan.impairment.name}/${index}` };
    const connection = new TcpConnection(
      kernel,
      {
        up: new ImpairedLink(plan.impairment.up, { ...key, name: `${key.name}/up` }),
        down: new ImpairedLink(plan.impairment.down, { ...key, name: `${key.name}/down` }),
      },
      { congestion: plan.congestion, established: true, hostUs: HOST_US },
    );
    const streams = [
      new Source(kernel, connection.up, plan, true, key.name),
      new Source(kernel, connection.down, plan, false, key.name),
    ];
    const untilUs = seconds(plan.seconds) + DRAIN_US;
    await kernel.run({ untilUs, stopWhen: () => false });
    for (const stream of streams) {
      for (const delay of stream.delays) delays.push(delay);
      stalls += stream.stalls;
    }
    packets += connection.up.counters.packets + connection.down.counters.packets;
  }
  const minutes = (plan.connections * 2 * (seconds(plan.seconds) - SKIP_US)) / seconds(60);
  return { sorted: Float64Array.from(delays).sort(), stalls, streamMinutes: minutes, packets };
}

/** One direction: sends on schedule, notes what arrives. */
class Source {
  readonly delays: number[] = [];
  stalls = 0;
  readonly #kernel: Kernel;
  readonly #stream: TcpStream;
  readonly #workload: Workload;
  readonly #bytes: number;
  readonly #key: number;
  readonly #startUs: Micros;
  readonly #endUs: Micros;
  readonly #lateUs: Micros;
  #sent = 0;
  #late = false;

  constructor(kernel: Kernel, stream: TcpStream, plan: StreamPlan, up: boolean, name: string) {
    this.#kernel = kernel;
    this.#stream = stream;
    this.#workload = plan.workload;
    this.#bytes = webSocketBytes(new Uint8Array(plan.workload.bytes), up);
    this.#key = hashText(hashNumber(0x7a3c_51d9, plan.seed), `${name}/${up ? 'up' : 'down'}/phase`);
    this.#startUs = Math.floor(uniformOf(this.#key) * ms(Math.min(20, plan.workload.everyMs)));
    this.#endUs = seconds(plan.seconds);
    this.#lateUs = ms(plan.impairment[up ? 'up' : 'down'].delayMs) + STALL_US;
    kernel.after(this.#startUs, this.#send, undefined);
  }

  readonly #send = (): void => {
    const now = this.#kernel.now();
    this.#stream.write(this.#bytes, this.#arrived, now);
    this.#sent += 1;
    const due = this.#due(this.#sent);
    if (due < this.#endUs) this.#kernel.after(Math.max(0, due - now), this.#send, undefined);
  };

  #due(index: number): Micros {
    const { everyMs, spurt } = this.#workload;
    const lateUs = Math.floor(uniformOf(hashNumber(this.#key, index)) * TIMER_US);
    const start = this.#startUs + lateUs;
    if (spurt === undefined) return start + ms(everyMs) * index;
    const period = Math.floor(index / spurt.frames) * ms(spurt.periodMs);
    return start + period + (index % spurt.frames) * ms(everyMs);
  }

  readonly #arrived = (sentUs: Micros): void => {
    if (sentUs < SKIP_US) return;
    const delay = this.#kernel.now() - sentUs;
    this.delays.push(toMs(delay));
    const late = delay > this.#lateUs;
    if (late && !this.#late) this.stalls += 1;
    this.#late = late;
  };
}
