// The client's side of the wire: what a stock Pipecat web client sends and understands, as far as a
// caller needs it. Encoded audio is kept per chunk, since the same sound is the same object.
import { decodeFrame, encodeAudio, encodeMessage } from '#agent/transports/websocket/wire.ts';

export const MIC_RATE = 16_000;

export type Heard =
  | { readonly kind: 'audio'; readonly pcm: Uint8Array }
  | { readonly kind: 'message'; readonly type: string }
  | { readonly kind: 'unknown' };

/** First message of every client: who it is and which protocol it speaks. */
export const clientReady = (): Uint8Array =>
  encodeMessage(
    JSON.stringify({
      label: 'rtvi-ai',
      type: 'client-ready',
      id: '00000001',
      data: { version: '2.1.0', about: { library: 'parley-caller', library_version: '1' } },
    }),
  );

/** Turns chunks of microphone audio into messages. */
export class MicEncoder {
  readonly #kept = new WeakMap<Uint8Array, Uint8Array>();
  readonly #interning: boolean;

  constructor(interning: boolean) {
    this.#interning = interning;
  }

  encode(pcm: Uint8Array): Uint8Array {
    if (!this.#interning) return encodeAudio(pcm, MIC_RATE);
    let message = this.#kept.get(pcm);
    if (message === undefined) {
      message = encodeAudio(pcm, MIC_RATE);
      this.#kept.set(pcm, message);
    }
    return message;
  }
}

/** What a message from the agent is to a caller. Never throws. */
export function understand(data: string | Uint8Array): Heard {
  if (typeof data === 'string') return { kind: 'unknown' };
  const decoded = decodeFrame(data);
  if (!decoded.ok) return { kind: 'unknown' };
  if (decoded.frame.kind === 'audio') return { kind: 'audio', pcm: decoded.frame.pcm };
  if (decoded.frame.kind !== 'message') return { kind: 'unknown' };
  // The type is the second key of every message we may get; a full parse of each would cost more
  // than everything else that the caller does.
  const type = /"type":"([\w-]+)"/.exec(decoded.frame.data)?.[1];
  return type === undefined ? { kind: 'unknown' } : { kind: 'message', type };
}
