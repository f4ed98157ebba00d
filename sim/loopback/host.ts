// An emulated vendor on a real port of this machine: `node:http` and `ws` carry exactly what the vendor
// says, delays and cuts included. It listens on 127.0.0.1 only and adds no behaviour of its own.
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type {
  UpgradeAnswer,
  Vendor,
  VendorExchange,
  VendorRequest,
  VendorSocketHandler,
} from '#sim/providers/vendor.ts';

export type HostedVendor = {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
};

const BODY_BYTES_MAX = 16 << 20;
const KEEP_ALIVE_MS = 120_000;

export type HostVendorOptions = {
  /** 0 for any. */
  readonly port?: number;
  /** Runs what the vendor does about one arrival, at the moment of that arrival. */
  instant?(run: () => void): void;
};

/** Rejects with the system's error when the port is taken. */
export async function hostVendor(vendor: Vendor, options: HostVendorOptions = {}): Promise<HostedVendor> {
  const { port = 0, instant = (run) => run() } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: BODY_BYTES_MAX,
  });
  const server = createServer({ noDelay: true }, (request, response) => {
    response.sendDate = false;
    readBody(request, (body) =>
      instant(() => vendor.exchange(requestOf(request, body), exchangeOf(request, response))),
    );
  });
  // As long as the vendors keep an idle connection: Node's own five seconds are shorter than a turn.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const answer = vendor.upgrade(requestOf(request, new Uint8Array(0)));
    if (answer.kind === 'drop') return stream.destroy();
    later(answer.afterUs, () => finishUpgrade({ sockets, answer, request, stream, head, instant }));
  });
  server.on('clientError', (_error, stream) => stream.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const client of sockets.clients) client.terminate();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: bound, url: `http://127.0.0.1:${bound}`, close };
}

type Upgrade = {
  readonly sockets: WebSocketServer;
  readonly answer: Exclude<UpgradeAnswer, { kind: 'drop' }>;
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  instant(run: () => void): void;
};

function finishUpgrade({ sockets, answer, request, stream, head, instant }: Upgrade): void {
  if (stream.destroyed) return;
  if (answer.kind === 'refuse') {
    const headers = {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    stream.end(
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n${lines.join('')}\r\n${answer.body}`,
    );
    return;
  }
  sockets.handleUpgrade(request, stream, head, (socket) => {
    const handler: VendorSocketHandler = answer.open({
      send: (data) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(data);
      },
      close: (code, reason) => socket.close(code, reason),
      destroy: () => socket.terminate(),
    });
    // What was sent before the upgrade was answered is read only now.
    socket.on('message', (data: Buffer, binary) =>
      instant(() => handler.message(binary ? data : data.toString('utf8'))),
    );
    socket.on('close', (code) => instant(() => handler.closed(code)));
    socket.on('error', () => socket.terminate());
  });
}

function readBody(request: IncomingMessage, done: (body: Uint8Array) => void): void {
  const parts: Buffer[] = [];
  let length = 0;
  request.on('data', (part: Buffer) => {
    length += part.length;
    if (length > BODY_BYTES_MAX) request.destroy();
    else parts.push(part);
  });
  request.on('end', () => done(Buffer.concat(parts)));
  request.on('error', () => request.destroy());
}

function requestOf(request: IncomingMessage, body: Uint8Array): VendorRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
    body,
  };
}

function exchangeOf(request: IncomingMessage, response: ServerResponse): VendorExchange {
  response.on('error', () => response.destroy());
  const alive = (): boolean => !response.destroyed && !response.writableEnded;
  return {
    head(status, headers) {
      if (alive() && !response.headersSent) response.writeHead(status, headers).flushHeaders();
    },
    write(chunk) {
      if (alive()) response.write(chunk);
    },
    end() {
      if (alive()) response.end();
    },
    destroy() {
      request.socket.destroy();
    },
    onAbort(run) {
      response.on('close', () => {
        if (!response.writableFinished) run();
      });
    },
  };
}

const later = (delayUs: number, run: () => void): void => {
  if (delayUs <= 0) run();
  else setTimeout(run, delayUs / 1_000);
};
