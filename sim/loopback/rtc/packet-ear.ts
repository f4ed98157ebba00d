// A browser's way from packets to the ear: the jitter buffer, libopus, and sound every 10 ms of real time.
// What is told is what was decoded; beside it goes what each packet was before it was coded, through the same
// stretching and the same gaps, so that words can be named and are never heard where no packet came.
import { type Micros, ms } from '#agent/core/time.ts';
import { libopus } from '#agent/io/webrtc/libopus.ts';
import type { OpusDecoder } from '#agent/media/codec/opus-decoder.ts';
import { JitterBuffer } from '#agent/media/jitter-buffer/receiver.ts';
import { delayMsOf, type JitterStatistics } from '#agent/media/jitter-buffer/statistic.ts';
import { carriesCopy, opusSamples } from '#agent/media/opus-frame.ts';
import { Renderer } from '#agent/media/renderer.ts';
import { isRtcp } from '#agent/media/rtcp.ts';
import { parseRtp } from '#agent/media/rtp.ts';
import { Unwrapper } from '#agent/media/unwrap.ts';
import type { HeardPiece } from '../../caller/client/client.ts';
import { HeardFrames, type SentFrame } from '../../client-leg/heard-frame.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ModelledStretch } from '../../network/rtc/modelled-stretch.ts';
import { RTC_DEFAULT } from '../../network/rtc/option.ts';
import { PAYLOAD_TYPE } from './caller-peer.ts';
import type { SentPacket, VoiceMemory } from './voice-memory.ts';

const TICK_US: Micros = ms(10);
/** What a sound card asks for ahead of its time: a piece that comes within this is not late. */
const SOUND_CARD_US: Micros = ms(10);
/** Whose tick is later than this first lets in what came meanwhile. */
const LATE_US: Micros = ms(4);
/** 20 ms on Opus's clock. */
const FRAME_TICKS = 960;

export type PacketEarOptions = {
  readonly clock: Clock;
  /** Samples per second at the ear. */
  readonly rate: number;
  readonly seed: number;
  readonly memory: VoiceMemory;
  heard(piece: HeardPiece): void;
};

/** One packet's 20 ms, decoded when they are played. */
type Frame = SentFrame & { readonly sent: Uint8Array };

export class PacketEar {
  readonly #options: PacketEarOptions;
  readonly #decoder: OpusDecoder;
  readonly #buffer: JitterBuffer<Frame>;
  readonly #frames: HeardFrames;
  readonly #sound: Renderer<Frame>;
  readonly #words: Renderer<Frame>;
  readonly #times = new Unwrapper(32);
  #firstTime: number | undefined;
  #tickUs: Micros;
  #open = true;

  constructor(options: PacketEarOptions) {
    const { clock, rate, seed } = options;
    const { jitter } = RTC_DEFAULT;
    this.#options = options;
    this.#decoder = libopus().decoder(rate);
    this.#buffer = new JitterBuffer(jitter, new ModelledStretch(seed, 'voice/down'));
    this.#frames = new HeardFrames(rate);
    this.#sound = new Renderer(rate, jitter, ({ pcm }) => pcm);
    this.#words = new Renderer(rate, jitter, ({ sent }) => sent);
    this.#tickUs = clock.now() + TICK_US;
    this.#wait();
  }

  get statistics(): Readonly<JitterStatistics> {
    return this.#buffer.statistics;
  }

  /** In the jitter buffer, on the mean. */
  get bufferUs(): Micros {
    return ms(delayMsOf(this.#buffer.statistics));
  }

  /** From the agent to the ear, on the mean. */
  get delayUs(): Micros {
    return this.#frames.delay.meanUs;
  }

  /** One packet, whatever it is. */
  receive(bytes: Uint8Array): void {
    if (!this.#open || isRtcp(bytes)) return;
    const parsed = parseRtp(bytes);
    if (!parsed.ok || parsed.packet.payloadType !== PAYLOAD_TYPE) return;
    const { packet } = parsed;
    const { payload } = packet;
    const samples = opusSamples(payload);
    if (samples === 0) return;
    const time = this.#times.unwrap(packet.timestamp);
    this.#firstTime ??= time;
    const index = Math.round((time - this.#firstTime) / FRAME_TICKS);
    const { clock, memory } = this.#options;
    const arrivedUs = clock.now();
    const length = this.#bytes(samples);
    const frame = { samples, kind: 'speech' } as const;
    const made = (back: 0 | 1, decode: () => Uint8Array | undefined): Frame =>
      frameOf(memory.packet(packet, back), { index: index - back, arrivedUs, length, decode });
    const main = { ...frame, time, level: 0 as const, payload: made(0, () => this.#decoder.decode(payload)) };
    const before = made(1, () => this.#decoder.restore(payload, length / 2));
    const copy = { ...frame, time: time - samples, level: 2 as const, payload: before };
    this.#buffer.receive(main, carriesCopy(payload) ? [copy] : []);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#decoder.free();
  }

  #wait(): void {
    const { clock } = this.#options;
    clock.after(this.#tickUs - clock.now(), this.#due, undefined);
  }

  readonly #due = (): void => {
    const { clock } = this.#options;
    if (clock.now() - this.#tickUs > LATE_US) clock.after(0, this.#tick, undefined);
    else this.#tick();
  };

  readonly #tick = (): void => {
    if (!this.#open) return;
    const startUs = this.#tickUs + SOUND_CARD_US;
    const pieces = this.#buffer.tick();
    const piece = this.#frames.piece(this.#sound.render(pieces), startUs, pieces);
    this.#options.heard({ ...piece, sent: this.#words.render(pieces) });
    this.#tickUs += TICK_US;
    this.#wait();
  };

  /** Of so many samples of the 48 kHz clock, at the rate of the ear. */
  #bytes(samples: number): number {
    return 2 * Math.round((samples * this.#options.rate) / 48_000);
  }
}

type Arrived = {
  readonly index: number;
  readonly arrivedUs: Micros;
  /** Bytes of its samples. */
  readonly length: number;
  decode(): Uint8Array | undefined;
};

/** In the order in which they are played, for the decoder goes on from one to the next. */
function frameOf(known: SentPacket | undefined, { index, arrivedUs, length, decode }: Arrived): Frame {
  let decoded: Uint8Array | undefined;
  const silence = new Uint8Array(length);
  return {
    index,
    arrivedUs,
    leftUs: known?.leftUs ?? arrivedUs,
    sent: known?.pcm ?? silence,
    get pcm() {
      decoded ??= decode() ?? silence;
      return decoded;
    },
  };
}
