// A client WebSocket that does what a session asks and reports what happens, one socket at a time.
// Events of a former socket are never reported once the next one is opened. It refuses messages and
// queues beyond their bounds by cutting the connection, and never throws.
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { unreachable } from '../core/assert.ts';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import type { Headers, SocketEvent, SocketRequest } from '../core/wire.ts';
import { headersOf } from './response-header.ts';
import { scrub } from './scrub.ts';

export class ClientSocket {
  readonly #report: (event: SocketEvent) => void;
  #socket: WebSocket | undefined;

  constructor(report: (event: SocketEvent) => void) {
    this.#report = report;
  }

  request(request: SocketRequest): void {
    switch (request.kind) {
      case 'open':
        return this.#open(request.url, request.headers);
      case 'send':
        return this.#send(request.data);
      case 'close':
        return this.#close(request.code, request.reason);
      default:
        return unreachable(request);
    }
  }

  /** Cuts the connection without a word and reports nothing more. */
  destroy(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }

  #open(url: string, headers: Headers): void {
    this.destroy();
    const socket = connect(url, headers);
    if (socket instanceof Error) {
      // Later, as all other events: no session expects an answer inside its own request.
      queueMicrotask(() => this.#report({ kind: 'failed', message: scrub(socket, headers) }));
      return;
    }
    this.#socket = socket;
    let opened = false;
    let message = 'closed before it was open';
    socket.on('open', () => {
      opened = true;
      this.#tell(socket, { kind: 'opened' });
    });
    socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      this.#tell(socket, { kind: 'message', data: isBinary ? bytes : bytes.toString('utf8') });
    });
    socket.on('unexpected-response', (request, response) => {
      collect(response, (body) => {
        const { statusCode: status = 0 } = response;
        this.#tell(socket, { kind: 'refused', status, headers: headersOf(response), body });
        if (this.#socket === socket) this.#socket = undefined;
        request.destroy();
      });
    });
    // An error is always followed by a close, which is what the session hears of.
    socket.on('error', (error) => {
      message = scrub(error, headers);
    });
    socket.on('close', (code, reason) => {
      const closed: SocketEvent = { kind: 'closed', code, reason: reason.toString('utf8') };
      this.#tell(socket, opened ? closed : { kind: 'failed', message });
      if (this.#socket === socket) this.#socket = undefined;
    });
  }

  #tell(socket: WebSocket, event: SocketEvent): void {
    if (this.#socket === socket) this.#report(event);
  }

  #send(data: string | Uint8Array): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > LIMITS.vendorBacklogBytesMax) return socket.terminate();
    socket.send(data, ignore);
  }

  #close(code: number, reason: string): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.readyState !== WebSocket.OPEN) return socket.terminate();
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), toMs(LIMITS.vendorCloseUs)).unref();
  }
}

/** No compression: the audio does not shrink, and the zlib threads would cost latency. */
function connect(url: string, headers: Headers): WebSocket | Error {
  try {
    // `ws` itself switches Nagle's delay off on the socket.
    return new WebSocket(url, {
      headers: { ...headers },
      perMessageDeflate: false,
      maxPayload: LIMITS.vendorMessageBytesMax,
      handshakeTimeout: toMs(LIMITS.connectUs),
      followRedirects: false,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error('not an address');
  }
}

/** Reads the beginning of a refusal; `done` is called once, whatever happens to the rest. */
function collect(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    done(Buffer.concat(chunks).subarray(0, LIMITS.refusalBytesMax).toString('utf8'));
  };
  response.on('data', (chunk: Buffer) => {
    if (over) return;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= LIMITS.refusalBytesMax) finish();
  });
  response.on('end', finish);
  response.on('close', finish);
  response.on('error', finish);
}

/** A failed send is followed by a close, which is reported. */
const ignore = (): void => {};
