// The sending half of a voice stream, pure: frames of 20 ms in, packets with their sizes out. It adds
// what was negotiated: in-band FEC as far as the far end reports loss, redundant frames, silence
// suppression; and it remembers packets for a second in case one is asked for again.

import type { MediaPacket } from '#agent/media/jitter-buffer/packet-store.ts';
import { TICK_SAMPLES } from '#agent/media/jitter-buffer/setting.ts';
import { hashNumber, hashText } from '#sim/kernel/hash.ts';
import { FecModel } from './fec.ts';
import type { RtcSettings } from './option.ts';
import {
  NOISE_BYTES,
  opusBytes,
  RED_HEADER_BYTES,
  RED_PRIMARY_BYTES,
  RTP_OVERHEAD_BYTES,
} from './opus-size.ts';
import type { RtcPacket } from './packet.ts';

export const FRAME_SAMPLES = 2 * TICK_SAMPLES;
/** Silence suppression: full frames for 200 ms, then one small packet every 400 ms. */
const PAUSE_FRAMES = 10;
const NOISE_EVERY = 20;
/** Packets kept for retransmission. */
const HISTORY = 64;

type Frame<P> = MediaPacket<P> & { readonly bytes: number; readonly fec: boolean };

export class RtcSender<P> {
  readonly #settings: RtcSettings;
  readonly #state: number;
  readonly #fec: FecModel;
  readonly #history: (RtcPacket<P> | undefined)[] = new Array<undefined>(HISTORY).fill(undefined);
  /** The frames before, newest first; none across a pause. */
  #last: Frame<P> | undefined;
  #second: Frame<P> | undefined;
  #third: Frame<P> | undefined;
  #frame = 0;
  #sequence = 0;
  #pause = 0;
  #active = false;

  /** `name` tells the streams of one run apart. */
  constructor(settings: RtcSettings, seed: number, name: string) {
    this.#settings = settings;
    this.#state = hashText(hashNumber(0x0905_512e, seed), name);
    this.#fec = new FecModel(seed, name, settings.fec);
  }

  /** The packet of the next frame, or undefined when silence is not sent. */
  send(payload: P, active: boolean): RtcPacket<P> | undefined {
    const time = this.#frame * FRAME_SAMPLES;
    const bytes = opusBytes(this.#state, this.#frame, active);
    this.#frame += 1;
    this.#pause = active ? 0 : this.#pause + 1;
    const suppressed = this.#settings.dtx && this.#pause > PAUSE_FRAMES;
    if (suppressed && (this.#pause - PAUSE_FRAMES - 1) % NOISE_EVERY !== 0) {
      this.#remember(undefined);
      return undefined;
    }
    const fec = !suppressed && this.#fec.carries(this.#active);
    this.#active = active && !suppressed;
    const kind = suppressed ? 'noise' : 'speech';
    const frame: Frame<P> = {
      time,
      samples: FRAME_SAMPLES,
      payload,
      kind,
      level: 0,
      bytes: suppressed ? NOISE_BYTES : bytes,
      fec,
    };
    const packet = this.#pack(frame);
    this.#remember(suppressed ? undefined : frame);
    this.#history[packet.sequence % HISTORY] = packet;
    return packet;
  }

  /** A packet asked for again, if it is still remembered. */
  again(sequence: number): RtcPacket<P> | undefined {
    const packet = this.#history[sequence % HISTORY];
    return packet?.sequence === sequence ? packet : undefined;
  }

  /** The far end reported the share of packets it lost, 0 … 1. */
  reported(share: number): void {
    this.#fec.reported(share);
  }

  /** Undefined forgets all. */
  #remember(frame: Frame<P> | undefined): void {
    this.#third = frame && this.#second;
    this.#second = frame && this.#last;
    this.#last = frame;
  }

  #pack(frame: Frame<P>): RtcPacket<P> {
    const sequence = this.#sequence;
    this.#sequence += 1;
    const { red } = this.#settings;
    const [last, second, third] = [this.#last, this.#second, this.#third];
    let bytes = RTP_OVERHEAD_BYTES + frame.bytes;
    if (red === 0 && !(frame.fec && last !== undefined))
      return { sequence, main: frame, copies: NONE, bytes };
    const copies: MediaPacket<P>[] = [];
    if (red > 1 && second !== undefined) {
      bytes += RED_HEADER_BYTES + second.bytes;
      if (second.fec && third !== undefined) copies.push(copyOf(third, 2));
    }
    if (red > 0 && last !== undefined) {
      bytes += RED_HEADER_BYTES + last.bytes;
      if (last.fec && second !== undefined) copies.push(copyOf(second, 2));
    }
    if (frame.fec && last !== undefined) copies.push(copyOf(last, 2));
    if (red > 1 && second !== undefined) copies.push(copyOf(second, 1));
    if (red > 0 && last !== undefined) copies.push(copyOf(last, 1));
    return { sequence, main: frame, copies, bytes: bytes + (red > 0 ? RED_PRIMARY_BYTES : 0) };
  }
}

const NONE: readonly never[] = [];

function copyOf<P>({ time, samples, payload, kind }: MediaPacket<P>, level: 1 | 2): MediaPacket<P> {
  return { time, samples, payload, kind, level };
}
