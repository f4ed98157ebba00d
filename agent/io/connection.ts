// One client's connection, whatever carries it, and the one that a WebSocket carries. That promises exactly
// one `closed`, with a reason a person can read, and that no peer holds more than its share: a slow reader is
// cut when its backlog is full, a silent one when it has answered no ping for a while, one that floods when
// it is past its allowance.
import { WebSocket } from 'ws';
import type { TransportName } from '../call.ts';
import { assert } from '../core/assert.ts';
import { LIMITS } from '../core/limit.ts';
import { type Micros, toMs } from '../core/time.ts';
import type { CallerLimits } from '../setting/security-table.ts';
import { Allowance } from './allowance.ts';
import { USUAL_LIMITS } from './guard.ts';
import type { Resident } from './reception.ts';

/** What the owner of a session sees of its client. */
export interface Connection {
  /** What carries it: a call's client protocol must be of the same kind. */
  readonly transport: TransportName;
  /** Address of the peer, for a log. */
  readonly peer: string;
  /** Id of the session that is held over it, with which its client may come back. */
  readonly session: string;
  /** Since when nothing has come from the peer, pongs included. */
  silentUs(): Micros;
  /** Whoever comes back with this id is led to `resident`. Set within `onClient`; else nobody is. */
  stay(resident: Resident): void;
  /** Text for strings, binary for bytes. Ignored once closed. */
  send(data: string | Uint8Array): void;
  /** 20 ms for the media path, PCM s16le mono at the session's rate; only where the transport has one. */
  media(pcm: Uint8Array): void;
  close(code: number, reason: string): void;
  /** One listener, set within `onClient`. Text messages are strings, binary messages bytes. */
  onMessage(listener: (data: string | Uint8Array) => void): void;
  /** One listener, set within `onClient`. Audio of the media path: PCM s16le mono, 16 kHz. */
  onMedia(listener: (pcm: Uint8Array) => void): void;
  /**
   * One listener, set within `onClient`; called once. 1006 = cut without a close frame. A peer connection
   * that is only out of reach may be heard of again: its resident is then told that it is `back`.
   */
  onClosed(listener: (code: number, reason: string) => void): void;
}

/** How a connection came about: under which id, when, and who is told of a session that stays. */
export type Welcome = {
  readonly session: string;
  readonly peer: string;
  now(): Micros;
  readonly limits?: CallerLimits;
  /** Hears what a listener throws, which ends this client only. */
  fault(error: unknown): void;
  stay(resident: Resident): void;
};

/** The server's half: liveness and the end. */
export class SocketConnection implements Connection {
  readonly transport = 'websocket';
  readonly peer: string;
  readonly session: string;
  readonly #socket: WebSocket;
  readonly #welcome: Welcome;
  #message: (data: string | Uint8Array) => void = () => {};
  #closed: (code: number, reason: string) => void = () => {};
  readonly #messages: Allowance;
  readonly #bytes: Allowance;
  #lastHeardUs: Micros;
  readonly #limits: CallerLimits;
  #errorReason: string | undefined;
  /** Why this side ended the connection, when it did. */
  #verdict: { readonly code: number; readonly reason: string } | undefined;

  constructor(socket: WebSocket, welcome: Welcome) {
    const { now } = welcome;
    this.#socket = socket;
    this.#welcome = welcome;
    this.peer = welcome.peer;
    this.session = welcome.session;
    this.#lastHeardUs = now();
    this.#limits = welcome.limits ?? USUAL_LIMITS;
    this.#messages = messageAllowance(this.#limits, this.#lastHeardUs);
    const { clientBytesPerSecondMax, clientBytesAtOnceMax } = LIMITS;
    this.#bytes = new Allowance(clientBytesPerSecondMax, clientBytesAtOnceMax, this.#lastHeardUs);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#hear(now(), data, isBinary));
    socket.on('pong', () => {
      this.#lastHeardUs = now();
    });
    // The library closes by itself with the right code; only its reason would be lost.
    socket.on('error', (error) => {
      this.#errorReason = error.message;
    });
    socket.on('close', (code, reason) => {
      const verdict = this.#verdict ?? { code, reason: this.#errorReason ?? reason.toString() };
      this.#guard(() => this.#closed(verdict.code, verdict.reason));
    });
  }

  #hear(now: Micros, data: Buffer, isBinary: boolean): void {
    this.#lastHeardUs = now;
    if (this.#verdict !== undefined) return;
    if (!this.#messages.take(now, 1)) {
      return this.#refuse(`more than ${this.#limits.messagesPerSecondMax} messages a second came`);
    }
    const { messageBytesMax } = this.#limits;
    if (data.length > messageBytesMax) {
      return this.close(1009, `a message of ${data.length} bytes came; at most ${messageBytesMax} are taken`);
    }
    if (!this.#bytes.take(now, data.length)) {
      return this.#refuse(`more than ${LIMITS.clientBytesPerSecondMax} bytes a second came`);
    }
    this.#guard(() => this.#message(isBinary ? bytesOf(data) : data.toString()));
  }

  /** Says why and reads no more: what is still on its way from a flood is not worth the time. */
  #refuse(reason: string): void {
    this.close(1008, reason);
    this.#socket.pause();
    setTimeout(() => this.#socket.terminate(), toMs(LIMITS.clientLingerUs)).unref();
  }

  silentUs(): Micros {
    return this.#welcome.now() - this.#lastHeardUs;
  }

  stay(resident: Resident): void {
    this.#welcome.stay(resident);
  }

  onMessage(listener: (data: string | Uint8Array) => void): void {
    this.#message = listener;
  }

  /** Its audio comes in messages. */
  onMedia(): void {}

  media(): void {
    assert(false, 'a WebSocket connection has no media path');
  }

  onClosed(listener: (code: number, reason: string) => void): void {
    this.#closed = listener;
  }

  send(data: string | Uint8Array): void {
    if (this.#verdict !== undefined || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(data);
    const backlog = this.#socket.bufferedAmount;
    if (backlog > LIMITS.clientBacklogBytesMax) {
      this.cut(1008, `the client reads too slowly: ${backlog} bytes wait for it`);
    }
  }

  close(code: number, reason: string): void {
    if (this.#verdict !== undefined) return;
    this.#verdict = { code, reason };
    this.#socket.close(code, fitted(reason));
  }

  /** Ends it without waiting for the peer, who may never read what is queued. */
  cut(code: number, reason: string): void {
    this.#verdict ??= { code, reason };
    this.#socket.terminate();
  }

  /** Pings the peer, or gives it up when nothing has come from it for `deadAfterUs`. */
  checkLiveness(now: Micros, deadAfterUs: Micros): void {
    const silentUs = now - this.#lastHeardUs;
    if (silentUs > deadAfterUs) this.cut(1006, `no sign of life for ${Math.round(toMs(silentUs))} ms`);
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      // A bug in one call must not end the others: this client goes, the fault is reported.
      this.#welcome.fault(error);
      this.close(1011, 'internal error');
    }
  }
}

/** Messages of a client on average, and how many of them may come at once. */
export function messageAllowance({ messagesPerSecondMax }: CallerLimits, now: Micros): Allowance {
  const seconds = LIMITS.clientMessagesAtOnceMax / LIMITS.clientMessagesPerSecondMax;
  return new Allowance(messagesPerSecondMax, seconds * messagesPerSecondMax, now);
}

/** The bytes without Node's Buffer type, in place. */
const bytesOf = (data: Buffer): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A close frame holds at most 123 bytes of reason (RFC 6455 section 5.5). */
function fitted(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}
