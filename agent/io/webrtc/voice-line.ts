// Both ways of a voice on one peer: packets to samples and back, on timers of their own. What is sent is
// Opus with forward error correction, as much of it as the far end's reports ask for. It promises one
// packet every 20 ms from its beginning until it is closed, and refuses nothing: packets that are none are
// passed over.
import { randomInt } from 'node:crypto';
import { CALLER_RATE } from '../../core/session.ts';
import { type Micros, toMs } from '../../core/time.ts';
import { OpusCodec } from '../../media/codec/opus-codec.ts';
import { isRtcp, parseRtcp } from '../../media/rtcp.ts';
import { stretched } from '../../media/stretch-to.ts';
import { VoiceReceiver } from '../../media/voice-receiver.ts';
import { VoiceSender } from '../../media/voice-sender.ts';
import { libopus } from './libopus.ts';

/** Samples per second of what is encoded: those of the replies, in nearly every setting. */
const RATE = 24_000;
const FRAME_SAMPLES = RATE / 50;

/** Codes the agent's voice: 20 ms of PCM at 24 kHz to one packet of Opus. */
export type VoiceEncoder = Pick<OpusCodec, 'encode' | 'expectLoss' | 'free'>;

export type VoiceLineOptions = {
  readonly payloadType: number;
  readonly ssrc: number;
  readonly name: string;
  /** Opus with forward error correction when absent. */
  readonly encoder?: VoiceEncoder | undefined;
  now(): Micros;
  send(packet: Uint8Array): void;
  /** The caller, PCM s16le mono at 16 kHz. */
  hear(pcm: Uint8Array): void;
};

export class VoiceLine {
  readonly #options: VoiceLineOptions;
  readonly #encoder: VoiceEncoder;
  readonly #decoder = libopus().decoder(CALLER_RATE);
  readonly #receiver: VoiceReceiver;
  #sender: VoiceSender | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAt: Micros | undefined;
  #open = true;

  constructor(options: VoiceLineOptions) {
    this.#options = options;
    this.#encoder = options.encoder ?? voiceEncoder();
    this.#receiver = new VoiceReceiver({
      payloadType: options.payloadType,
      rate: CALLER_RATE,
      decode: (packet) => this.#decoder.decode(packet),
      restore: (packet, samples) => this.#decoder.restore(packet, samples),
      hear: (_now, pcm) => options.hear(pcm),
    });
  }

  /** The way is open: the agent's voice begins, with silence. */
  start(): void {
    const { payloadType, ssrc, name, send } = this.#options;
    this.#sender ??= new VoiceSender(this.#options.now(), {
      payloadType,
      ssrc,
      name,
      sequence: randomInt(0, 1 << 16),
      timestamp: randomInt(0, 2 ** 32),
      frameBytes: 2 * FRAME_SAMPLES,
      encode: (pcm) => this.#encoder.encode(pcm),
      report: (now) => this.#receiver.report(now),
      send,
    });
    this.#run((now) => this.#sender?.wake(now));
  }

  /** 20 ms of the agent's voice, at whatever rate. */
  speak(pcm: Uint8Array): void {
    const frame = pcm.length === 2 * FRAME_SAMPLES ? pcm : stretched(pcm, FRAME_SAMPLES);
    this.#run((now) => this.#sender?.push(now, frame));
  }

  /** One packet that came. */
  receive(bytes: Uint8Array): void {
    this.#run((now) => {
      if (isRtcp(bytes)) this.#reported(now, bytes);
      else this.#receiver.receive(now, bytes);
    });
  }

  close(): void {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#encoder.free();
    this.#decoder.free();
  }

  #reported(now: Micros, bytes: Uint8Array): void {
    const { ntpMiddle, blocks } = parseRtcp(bytes);
    if (ntpMiddle !== undefined) this.#receiver.reported(now, ntpMiddle);
    const ours = blocks.find(({ ssrc }) => ssrc === this.#options.ssrc);
    if (ours !== undefined) this.#encoder.expectLoss(ours.lossShare);
  }

  /** Whatever may end the line runs within; it does not come back to life afterwards. */
  #run(what: (now: Micros) => void): void {
    if (!this.#open) return;
    what(this.#options.now());
    if (this.#open) this.#schedule();
  }

  #schedule(): void {
    const at = Math.min(
      this.#sender?.deadline() ?? Number.POSITIVE_INFINITY,
      this.#receiver.deadline() ?? Number.POSITIVE_INFINITY,
    );
    if (at === this.#timerAt || at === Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const delayMs = Math.max(0, Math.ceil(toMs(at - this.#options.now())));
    this.#timer = setTimeout(() => {
      this.#timerAt = undefined;
      this.#run((now) => {
        this.#sender?.wake(now);
        this.#receiver.wake(now);
      });
    }, delayMs);
  }
}

export function voiceEncoder(): VoiceEncoder {
  const codec = OpusCodec.protectedAt(RATE);
  // Our own constant, one of those that libopus has.
  if (codec === undefined) throw new Error(`libopus knows no rate of ${RATE} Hz`);
  return codec;
}
