// What an audio message of our own client would weigh if its samples were coded: Opus at 32 kbit/s in
// 20 ms frames, by the size model of the WebRTC sender, inside the same message. In the virtual world the
// samples themselves travel on, so that what is heard can be recognised.
import { isAudible } from '#agent/core/playout/audible.ts';
import { decodeFrame } from '#agent/transports/websocket/wire.ts';
import { hashNumber, hashText } from '../kernel/hash.ts';
import { opusBytes } from '../network/rtc/opus-size.ts';

const FRAMES_PER_SECOND = 50;

export class OpusSizer {
  readonly #state: number;
  #frames = 0;
  /** Fraction of a frame not yet accounted for: chunks are not whole frames. */
  #rest = 0;

  constructor(seed: number, name: string) {
    this.#state = hashText(hashNumber(0x0b05_512e, seed), name);
  }

  /** Bytes of the message with its audio coded; any other message as it is. */
  bytes(data: string | Uint8Array, plain: number): number {
    if (typeof data === 'string') return plain;
    const decoded = decodeFrame(data);
    if (!decoded.ok || decoded.frame.kind !== 'audio') return plain;
    const { pcm, sampleRate } = decoded.frame;
    this.#rest += ((pcm.length >> 1) * FRAMES_PER_SECOND) / sampleRate;
    let coded = 0;
    const active = isAudible(pcm);
    for (; this.#rest >= 1; this.#rest -= 1) coded += opusBytes(this.#state, this.#frames++, active);
    // A chunk shorter than a frame waits for the next: its message is counted when the frame is full.
    return coded === 0 ? 0 : plain - pcm.length + coded;
  }
}
