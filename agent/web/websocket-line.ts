// The line over a WebSocket: one binary message per frame.
import { decodeFrame, encodeAudio, encodeMessage } from './frame.ts';
import type { Line, LineHooks } from './line.ts';

/** More than this unsent, and the network is behind: what is said now would arrive too late to matter. */
const BACKLOG_BYTES_MAX = 64_000;
const MIC_RATE = 16_000;

export class WebSocketLine implements Line {
  readonly #socket: WebSocket;
  #over = false;

  constructor(url: string, hooks: LineHooks) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => hooks.opened();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const frame = data instanceof ArrayBuffer ? decodeFrame(new Uint8Array(data)) : undefined;
      if (frame?.kind === 'message') hooks.message(frame.json);
      else if (frame?.kind === 'audio') hooks.heard(frame.pcm, frame.rate);
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#over) return;
      this.#over = true;
      hooks.closed(code === 1000 || code === 1001, reason || `code ${code}`);
    };
  }

  send(json: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(encodeMessage(json));
  }

  speak(pcm: Int16Array<ArrayBuffer>): void {
    const ready = this.#socket.readyState === WebSocket.OPEN;
    if (ready && this.#socket.bufferedAmount < BACKLOG_BYTES_MAX) {
      this.#socket.send(encodeAudio(pcm, MIC_RATE));
    }
  }

  close(): void {
    this.#over = true;
    this.#socket.close(1000, 'the caller hung up');
  }

  /** Left open: to close it would be to hang up. The agent closes it when its client is back on another. */
  drop(): void {
    this.#over = true;
    this.#socket.onmessage = null;
  }
}
