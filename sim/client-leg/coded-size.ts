// What a message of our own client, or to it, would weigh if the samples in it were coded: µ-law exactly,
// Opus by a size model that a test holds against the real encoder. Everything around the frame is counted
// as the real message has it.
import { isAudible } from '#agent/core/playout/audible.ts';
import { type CodedName, frameSamplesOf } from '#agent/media/codec/codec.ts';
import { TELEPHONE_RATE } from '#agent/media/codec/rate.ts';
import { decodeFrame, encodeCoded } from '#agent/transports/websocket/wire.ts';
import { hashNumber, hashText } from '../kernel/hash.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import { OWN_SIZES, opusBytes } from '../network/rtc/opus-size.ts';

/** A byte a sample at the telephone's rate. */
const MULAW_BYTES = frameSamplesOf('mulaw', TELEPHONE_RATE);

export class CodedSizer {
  readonly #codec: CodedName;
  readonly #state: number;
  #frames = 0;

  constructor(codec: CodedName, seed: number, name: string) {
    this.#codec = codec;
    this.#state = hashText(hashNumber(0x0b05_512e, seed), name);
  }

  /** Bytes of the WebSocket message with its audio coded; of any other message as it is. */
  bytes(data: string | Uint8Array, masked: boolean): number {
    const decoded = typeof data === 'string' ? undefined : decodeFrame(data);
    if (decoded?.ok !== true || decoded.frame.kind !== 'audio') return webSocketBytes(data, masked);
    const { name, pcm, sampleRate } = decoded.frame;
    const payload = NOTHING.subarray(0, this.#frame(pcm));
    return webSocketBytes(encodeCoded(name, payload, sampleRate), masked);
  }

  #frame(pcm: Uint8Array): number {
    if (this.#codec === 'mulaw') return MULAW_BYTES;
    return opusBytes(this.#state, this.#frames++, isAudible(pcm), OWN_SIZES);
  }
}

/** Only its length is looked at. */
const NOTHING: Uint8Array = new Uint8Array(MULAW_BYTES);
