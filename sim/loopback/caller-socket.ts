// The caller's connection to a real agent: a WebSocket that can break on purpose, and a client that comes
// back with the id of its session as soon as something passes again. Nothing arrives of what was on its
// way when it broke.
import { WebSocket } from 'ws';
import { toMs } from '#agent/core/time.ts';
import { SESSION_KEY } from '#agent/io/route.ts';
import type { Drop } from '../caller/outage.ts';
import { RETRY_US } from '../client-leg/leg.ts';

export type CallerSocketHooks = {
  opened(): void;
  message(data: Buffer, isBinary: boolean): void;
  /** The network carries something again; a new connection to the same session stands. */
  online(): void;
  returned(): void;
  closed(code: number, reason: string): void;
};

/** As our own server states it in its bot-ready. */
const SESSION = /"session":"([\w-]{22})"/;

export class CallerSocket {
  readonly #address: string;
  readonly #hooks: CallerSocketHooks;
  #socket: WebSocket;
  #session: string | undefined;
  /** Nothing passes. */
  #broken = false;
  #over = false;
  #timer: NodeJS.Timeout | undefined;

  /** `address`: host and port of the agent. */
  constructor(address: string, hooks: CallerSocketHooks) {
    this.#address = address;
    this.#hooks = hooks;
    this.#socket = this.#dial(() => hooks.opened());
  }

  get broken(): boolean {
    return this.#broken;
  }

  send(data: Uint8Array): void {
    if (!this.#broken) this.#socket.send(data);
  }

  close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    if (this.#broken) this.#socket.terminate();
    else this.#socket.close(1000);
  }

  /** Ends it, whatever it is doing. */
  destroy(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket.terminate();
  }

  /** With `reset` the agent sees the end of the connection; otherwise only that nothing comes any more. */
  drop({ forUs, reset }: Drop): void {
    if (this.#broken || this.#over) return;
    this.#broken = true;
    const old = this.#socket;
    if (reset) old.terminate();
    else old.pause();
    this.#timer = setTimeout(() => {
      this.#hooks.online();
      this.#redial(old);
    }, toMs(forUs));
  }

  #redial(old: WebSocket): void {
    this.#socket = this.#dial(() => {
      this.#broken = false;
      old.terminate();
      this.#hooks.returned();
    });
  }

  #dial(opened: () => void): WebSocket {
    const query = this.#session === undefined ? '' : `?${SESSION_KEY}=${this.#session}`;
    const url = `ws://${this.#address}/ws-client${query}`;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    let retry = false;
    socket.on('open', () => {
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (this.#broken || socket !== this.#socket) return;
        this.#session ??= SESSION.exec(data.toString('latin1'))?.[1];
        this.#hooks.message(data, isBinary);
      });
      opened();
    });
    socket.on('unexpected-response', (request, response) => {
      retry = response.statusCode === 409;
      request.destroy();
    });
    // An error is always followed by a close, which is what the caller hears of.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      if (this.#over || socket !== this.#socket) return;
      if (retry) this.#timer = setTimeout(() => this.#redial(socket), toMs(RETRY_US));
      else if (!this.#broken || this.#session === undefined) this.#hooks.closed(code, reason.toString());
    });
    return socket;
  }
}
