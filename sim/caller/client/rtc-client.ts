// A browser on WebRTC: 20 ms of microphone per packet, RTVI messages as text on the data channel, and
// a jitter buffer in front of the ear.
import type { CallerClient, CallerClientHooks } from './client.ts';
import { clientReady, understandMessage } from './protocol.ts';

/** One Opus frame: 20 ms at 16 kHz. */
const FRAME_SAMPLES = 320;

export interface RtcLine {
  sendFrame(pcm: Uint8Array): void;
  sendMessage(json: string): void;
  close(): void;
}

export class RtcCallerClient implements CallerClient {
  readonly micChunkSamples = FRAME_SAMPLES;
  readonly #line: RtcLine;
  readonly #hooks: CallerClientHooks;

  constructor(line: RtcLine, hooks: CallerClientHooks) {
    this.#line = line;
    this.#hooks = hooks;
  }

  hello(): void {
    this.#line.sendMessage(clientReady('stock'));
  }

  /** A stock client does not repeat its client-ready on a new peer connection. */
  returned(): void {}

  speak(pcm: Uint8Array): void {
    this.#line.sendFrame(pcm);
  }

  leave(): void {
    this.#line.close();
  }

  /** One text of the data channel. */
  receive(json: string): void {
    const received = understandMessage(json);
    if (received.kind === 'message') this.#hooks.told(received.type);
  }
}
