// The caller's voice from RTP packets to samples for a recogniser: in order, on time, gaps filled with a
// fading continuation, and no playout delay. What is no packet of this voice is passed over; a stream that
// begins anew under another source takes the place of the one before.
import { type Micros, ms } from '../core/time.ts';
import { type Filled, GapFiller } from './gap-filler.ts';
import { GapVoice } from './gap-voice.ts';
import type { MediaPacket } from './jitter-buffer/packet-store.ts';
import { carriesCopy, opusSamples } from './opus-frame.ts';
import { ReceptionReport } from './reception-report.ts';
import type { ReportBlock } from './rtcp.ts';
import { parseRtp, type RtpPacket } from './rtp.ts';
import { Unwrapper } from './unwrap.ts';

/** One frame and a little: what is not there when the next one has come is lost or hopelessly late. */
const WAIT_US: Micros = ms(25);
/** A second: a longer gap is a muted microphone or a dead network, and no time is made up for it. */
const GAP_SAMPLES_MAX = 48_000;

export type VoiceReceiverOptions = {
  readonly payloadType: number;
  /** Samples per second of what comes out. */
  readonly rate: number;
  /** One packet of Opus; undefined when it is none. */
  decode(packet: Uint8Array): Uint8Array | undefined;
  /** So many samples before `packet`, from the copy that it carries. */
  restore(packet: Uint8Array, samples: number): Uint8Array | undefined;
  hear(now: Micros, pcm: Uint8Array): void;
};

/** A packet that is decoded, or of which only the copy of the one before is. */
type Payload = { readonly packet: Uint8Array; readonly isCopy: boolean };

export class VoiceReceiver {
  readonly #options: VoiceReceiverOptions;
  readonly #gapVoice: GapVoice;
  #ssrc: number | undefined;
  #filler: GapFiller<Payload>;
  #timestamps = new Unwrapper(32);
  #reception = new ReceptionReport();
  /** Of the gap that the stream is in. */
  #missing = 0;

  constructor(options: VoiceReceiverOptions) {
    this.#options = options;
    this.#gapVoice = new GapVoice(options.rate);
    this.#filler = this.#newFiller();
  }

  /** One RTP packet, whatever it is. */
  receive(now: Micros, bytes: Uint8Array): void {
    const parsed = parseRtp(bytes);
    if (!parsed.ok || parsed.packet.payloadType !== this.#options.payloadType) return;
    const { packet } = parsed;
    const samples = opusSamples(packet.payload);
    if (samples === 0) return;
    if (packet.ssrc !== this.#ssrc) this.#begin(packet.ssrc);
    this.#reception.received(now, packet);
    const time = this.#timestamps.unwrap(packet.timestamp);
    const frame = { samples, kind: 'speech' } as const;
    const main: MediaPacket<Payload> = { ...frame, time, payload: of(packet, false), level: 0 };
    const copy: MediaPacket<Payload> = {
      ...frame,
      time: time - samples,
      payload: of(packet, true),
      level: 2,
    };
    this.#filler.receive(now, main, carriesCopy(packet.payload) ? [copy] : []);
  }

  /** For the report that is due; undefined before the first packet. */
  report(now: Micros): ReportBlock | undefined {
    return this.#ssrc === undefined ? undefined : this.#reception.report(now, this.#ssrc);
  }

  /** The sender reported on itself. */
  reported(now: Micros, ntpMiddle: number): void {
    this.#reception.reported(now, ntpMiddle);
  }

  deadline(): Micros | undefined {
    return this.#filler.deadline();
  }

  wake(now: Micros): void {
    this.#filler.wake(now);
  }

  #begin(ssrc: number): void {
    this.#ssrc = ssrc;
    this.#filler = this.#newFiller();
    this.#timestamps = new Unwrapper(32);
    this.#reception = new ReceptionReport();
  }

  #newFiller(): GapFiller<Payload> {
    return new GapFiller(WAIT_US, (now, filled) => this.#pass(now, filled));
  }

  #pass(now: Micros, filled: Filled<Payload>): void {
    const pcm = filled.kind === 'frame' ? this.#sound(filled.payload, filled.samples) : undefined;
    if (pcm !== undefined) {
      this.#missing = 0;
      return this.#options.hear(now, this.#gapVoice.heard(pcm));
    }
    this.#missing += filled.samples;
    if (this.#missing > GAP_SAMPLES_MAX) return;
    this.#options.hear(now, this.#gapVoice.missed(this.#length(filled.samples)));
  }

  #sound({ packet, isCopy }: Payload, samples: number): Uint8Array | undefined {
    if (!isCopy) return this.#options.decode(packet);
    return this.#options.restore(packet, this.#length(samples));
  }

  /** Samples of ours that are as long as so many of the 48 kHz clock. */
  #length(samples: number): number {
    return Math.round((samples * this.#options.rate) / 48_000);
  }
}

const of = ({ payload }: RtpPacket, isCopy: boolean): Payload => ({ packet: payload, isCopy });
