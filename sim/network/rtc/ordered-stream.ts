// The caller's voice on its way to a machine: the same packets as any WebRTC voice, received in order
// without a playout delay. Reports of loss travel back, so that the sender adds what protects it.

import { type Micros, ms, seconds } from '#agent/core/time.ts';
import { GapFiller, type GapStatistics } from '#agent/media/gap-filler.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import { LossReport } from './loss-report.ts';
import type { RtcSettings } from './option.ts';
import { REPORT_BYTES } from './opus-size.ts';
import type { RtcPacket } from './packet.ts';
import { RtcSender } from './sender.ts';

/** One frame and a little: what is not there when the next one has come is lost or hopelessly late. */
const WAIT_US: Micros = ms(25);
const REPORT_US: Micros = seconds(5);

export type OrderedStreamOptions = {
  readonly clock: Clock;
  readonly settings: RtcSettings;
  readonly link: Link;
  readonly back: Link;
  readonly seed: number;
  readonly name: string;
  /** 20 ms of s16le as it was sent; undefined is a gap of 20 ms. */
  readonly deliver: (pcm: Uint8Array | undefined) => void;
};

export class OrderedStream {
  readonly #options: OrderedStreamOptions;
  readonly #sender: RtcSender<Uint8Array>;
  readonly #filler: GapFiller<Uint8Array>;
  readonly #report = new LossReport();
  readonly #arrive: (packet: RtcPacket<Uint8Array>) => void;
  #open = true;
  #reportAtUs: Micros;
  /** The filler will be woken. */
  #waking = false;
  #bytes = 0;
  #packets = 0;

  constructor(options: OrderedStreamOptions) {
    const { clock, settings, seed, name, deliver } = options;
    this.#options = options;
    this.#sender = new RtcSender(settings, seed, name);
    // What was lost before the first frame that came is a gap like any other: recordings are known by
    // their content, and only while every window of them begins where it began when they were made.
    this.#filler = new GapFiller(
      WAIT_US,
      (_now, filled) => deliver(filled.kind === 'frame' ? filled.payload : undefined),
      0,
    );
    this.#reportAtUs = clock.now() + REPORT_US;
    this.#arrive = (packet) => this.#received(packet);
  }

  get statistics(): Readonly<GapStatistics> {
    return this.#filler.statistics;
  }

  /** Sent so far, with all headers. */
  get bytesSent(): number {
    return this.#bytes;
  }

  get packetsSent(): number {
    return this.#packets;
  }

  close(): void {
    this.#open = false;
  }

  /** The next 20 ms, when the last of their samples has been captured. */
  sendFrame(pcm: Uint8Array, active: boolean): void {
    const { clock, link } = this.#options;
    const packet = this.#sender.send(pcm, active);
    if (packet === undefined) return;
    const now = clock.now();
    this.#bytes += packet.bytes;
    this.#packets += 1;
    const arrival = link.transmit(now, packet.bytes);
    if (arrival !== undefined) clock.after(arrival - now, this.#arrive, packet);
  }

  #received(packet: RtcPacket<Uint8Array>): void {
    if (!this.#open) return;
    const { clock } = this.#options;
    this.#report.received(packet.sequence);
    this.#filler.receive(clock.now(), packet.main, packet.copies);
    this.#awaitGap();
    if (clock.now() >= this.#reportAtUs) this.#sendReport();
  }

  /** One timer at a time; the one that is under way is never later than it must be. */
  #awaitGap(): void {
    const { clock } = this.#options;
    const deadline = this.#filler.deadline();
    if (deadline === undefined || this.#waking) return;
    this.#waking = true;
    clock.after(Math.max(0, deadline - clock.now()), this.#wake, undefined);
  }

  readonly #wake = (): void => {
    this.#waking = false;
    if (!this.#open) return;
    this.#filler.wake(this.#options.clock.now());
    this.#awaitGap();
  };

  #sendReport(): void {
    const { clock, back } = this.#options;
    const now = clock.now();
    this.#reportAtUs = now + REPORT_US;
    const arrival = back.transmit(now, REPORT_BYTES);
    if (arrival === undefined) return;
    clock.after(arrival - now, (share: number) => this.#sender.reported(share), this.#report.take());
  }
}
