// A connection over two wires that do as they are told, for tests that tell a story: when who says how
// much, which packets get lost, and what then happens on the wire and at the ears.
import type { Micros } from '#agent/core/time.ts';
import { ms, toMs } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import type { Link } from '../link.ts';
import { TcpConnection, type TcpOptions } from './connection.ts';

export type Side = 'up' | 'down';

export type Sighting = { readonly atMs: number; readonly bytes: number; readonly lost: boolean };

/** A wire of fixed delay; `lose` is asked for each packet, `delay` may change with time. */
export class Wire implements Link {
  readonly seen: Sighting[] = [];
  lose: (index: number, atMs: number) => boolean = () => false;
  delay: (atMs: number) => number;

  constructor(delayMs: number) {
    this.delay = () => delayMs;
  }

  transmit(now: Micros, bytes: number): Micros | undefined {
    const atMs = toMs(now);
    const lost = this.lose(this.seen.length, atMs);
    this.seen.push({ atMs, bytes, lost });
    return lost ? undefined : now + ms(this.delay(atMs));
  }

  /** Packets with data. */
  get data(): Sighting[] {
    return this.seen.filter(({ bytes }) => bytes > 100);
  }
}

export class Rig {
  readonly kernel = new Kernel();
  readonly up: Wire;
  readonly down: Wire;
  readonly connection: TcpConnection;
  /** What arrived, in order of arrival. */
  readonly heard: { readonly side: Side; readonly saidMs: number; readonly heardMs: number }[] = [];

  constructor(delayMs: number, options: TcpOptions = { established: true }) {
    this.up = new Wire(delayMs);
    this.down = new Wire(delayMs);
    this.connection = new TcpConnection(this.kernel, { up: this.up, down: this.down }, options);
  }

  say(side: Side, atMs: number, bytes: number): void {
    const speak = (): void => {
      const hear = (): void => {
        this.heard.push({ side, saidMs: atMs, heardMs: toMs(this.kernel.now()) });
      };
      this.connection[side].write(bytes, hear, undefined);
    };
    this.kernel.after(ms(atMs) - this.kernel.now(), speak, undefined);
  }

  /** Says `count` times the same, every so often. */
  stream(side: Side, fromMs: number, count: number, everyMs = 20, bytes = 648): void {
    for (let index = 0; index < count; index += 1) this.say(side, fromMs + index * everyMs, bytes);
  }

  async run(untilMs: number): Promise<void> {
    await this.kernel.run({ untilUs: ms(untilMs), stopWhen: () => false });
  }

  /** Delays of what was said on a side, ms. */
  delays(side: Side): number[] {
    return this.heard.filter((each) => each.side === side).map(({ saidMs, heardMs }) => heardMs - saidMs);
  }
}
