// One direction of a call's voice over packets: frames go in every 20 ms, what the far end's jitter
// buffer says comes out every 10 ms. Reports of loss and requests for missing packets travel back over
// the other link, and may be lost like anything else.

import { type Micros, ms, seconds, toMs } from '#agent/core/time.ts';
import type { MediaPacket } from '#agent/media/jitter-buffer/packet-store.ts';
import type { Piece } from '#agent/media/jitter-buffer/piece.ts';
import { JitterBuffer } from '#agent/media/jitter-buffer/receiver.ts';
import type { JitterStatistics } from '#agent/media/jitter-buffer/statistic.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Link } from '../link.ts';
import { LossReport } from './loss-report.ts';
import { ModelledStretch } from './modelled-stretch.ts';
import { NackTracker } from './nack-tracker.ts';
import type { RtcSettings } from './option.ts';
import { FEEDBACK_BYTES, REPORT_BYTES } from './opus-size.ts';
import type { RtcPacket } from './packet.ts';
import { FRAME_SAMPLES, RtcSender } from './sender.ts';

const TICK_US: Micros = ms(10);
/** RTCP of audio: a report every five seconds. */
const REPORT_US: Micros = seconds(5);
/** The round trip is known from reports in reality; here from the last packets, smoothed. */
const RTT_WEIGHT = 32;

export type RtcStreamOptions<P> = {
  readonly clock: Clock;
  readonly settings: RtcSettings;
  /** Carries the voice. */
  readonly link: Link;
  /** Carries what the receiver has to say about it. */
  readonly back: Link;
  readonly seed: number;
  /** Tells the streams of one run apart. */
  readonly name: string;
  /** What to sound during the next 10 ms. */
  readonly play: (pieces: readonly Piece<P>[]) => void;
};

export class RtcStream<P> {
  readonly #options: RtcStreamOptions<P>;
  readonly #sender: RtcSender<P>;
  readonly #buffer: JitterBuffer<P>;
  readonly #report = new LossReport();
  readonly #nack: NackTracker | undefined;
  readonly #arrive: (packet: RtcPacket<P>) => void;
  readonly #beat: () => void;
  #open = false;
  #nextReportUs = 0;
  #rttMs = 0;
  #bytes = 0;
  #packets = 0;

  constructor(options: RtcStreamOptions<P>) {
    const { settings, seed, name } = options;
    this.#options = options;
    this.#sender = new RtcSender(settings, seed, name);
    this.#buffer = new JitterBuffer(settings.jitter, new ModelledStretch(seed, name));
    this.#nack = settings.nack ? new NackTracker() : undefined;
    this.#arrive = (packet) => this.#received(packet);
    this.#beat = () => this.#tick();
  }

  /** Live counters of the receiver. */
  get statistics(): Readonly<JitterStatistics> {
    return this.#buffer.statistics;
  }

  get targetMs(): number {
    return this.#buffer.targetMs;
  }

  /** Sent so far, with all headers. */
  get bytesSent(): number {
    return this.#bytes;
  }

  get packetsSent(): number {
    return this.#packets;
  }

  /** Starts the receiver's 10 ms clock. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#nextReportUs = this.#options.clock.now() + REPORT_US;
    this.#options.clock.after(TICK_US, this.#beat, undefined);
  }

  /** Stops it; what is on its way is dropped. */
  close(): void {
    this.#open = false;
  }

  /** The next 20 ms, when the last of their samples has been captured. */
  sendFrame(payload: P, active: boolean): void {
    const packet = this.#sender.send(payload, active);
    if (packet !== undefined) this.#transmit(packet);
  }

  #transmit(packet: RtcPacket<P>): void {
    const { clock, link } = this.#options;
    const now = clock.now();
    this.#bytes += packet.bytes;
    this.#packets += 1;
    const arrival = link.transmit(now, packet.bytes);
    if (arrival === undefined) return;
    const roundTripMs = 2 * toMs(arrival - now);
    this.#rttMs += this.#rttMs === 0 ? roundTripMs : (roundTripMs - this.#rttMs) / RTT_WEIGHT;
    clock.after(arrival - now, this.#arrive, packet);
  }

  #received(packet: RtcPacket<P>): void {
    if (!this.#open) return;
    this.#report.received(packet.sequence);
    this.#buffer.receive(packet.main, packet.copies);
    if (this.#nack !== undefined) this.#ask(this.#nack, packet.sequence, packet.main);
  }

  /** Asks for what is missing; a sequence number that is not known is taken to be one frame a step away. */
  #ask(nack: NackTracker, sequence: number, main: MediaPacket<P>): void {
    const { clock, back } = this.#options;
    const now = clock.now();
    nack.received(sequence, toMs(now));
    if (nack.count === 0) return;
    const timeToPlayMs = (missing: number) =>
      this.#buffer.timeToPlayMs(main.time - (sequence - missing) * FRAME_SAMPLES);
    const wanted = nack.due(toMs(now), this.#rttMs, timeToPlayMs);
    if (wanted.length === 0) return;
    const arrival = back.transmit(now, FEEDBACK_BYTES);
    if (arrival === undefined) return;
    clock.after(arrival - now, (list: readonly number[]) => this.#sendAgain(list), wanted);
  }

  #sendAgain(sequences: readonly number[]): void {
    if (!this.#open) return;
    for (const sequence of sequences) {
      const packet = this.#sender.again(sequence);
      if (packet !== undefined) this.#transmit(packet);
    }
  }

  #tick(): void {
    if (!this.#open) return;
    const { clock, play } = this.#options;
    clock.after(TICK_US, this.#beat, undefined);
    play(this.#buffer.tick());
    if (clock.now() >= this.#nextReportUs) this.#sendReport();
  }

  #sendReport(): void {
    const { clock, back } = this.#options;
    const now = clock.now();
    this.#nextReportUs = now + REPORT_US;
    const share = this.#report.take();
    const arrival = back.transmit(now, REPORT_BYTES);
    if (arrival === undefined) return;
    clock.after(arrival - now, (lost: number) => this.#sender.reported(lost), share);
  }
}
