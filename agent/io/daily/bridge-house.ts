// Where bridges come from: a small server on 127.0.0.1 for their page and their WebSocket, and one headless
// Chromium that opens a page for each call. Both begin with the first call, or before. Its addresses hold 128
// bits of chance and each call's is good for one connection: another program of this machine finds nothing
// here.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';
import { readFromBridge, type ToBridge } from '../../transports/daily/bridge-message.ts';
import type { Bridge, BridgeFactory, BridgeHooks } from './bridge.ts';
import { BRIDGE_PAGE, buildBridge, documentOf } from './bridge-page.ts';
import { Browser, type OpenedPage } from './browser.ts';
import { findChromium } from './chromium.ts';

export type BridgeHouseOptions = {
  /** Path of the Chromium; '' looks for one. */
  readonly chromium: string;
  readonly args?: readonly string[];
  /** Scripts of pages by name, in place of the real `bridge` and beside it. */
  readonly pages?: Readonly<Record<string, URL>>;
};

type House = { readonly browser: Browser; readonly base: string };
type Built = { readonly ok: true; readonly house: House } | { readonly ok: false; readonly reason: string };

export class BridgeHouse implements BridgeFactory {
  readonly #options: BridgeHouseOptions;
  readonly #secret = randomBytes(16).toString('base64url');
  readonly #bridges = new Map<string, PageBridge>();
  readonly #server: Server = createServer((request, response) => this.#serve(request, response));
  #scripts: ReadonlyMap<string, string> = new Map();
  #building: Promise<Built> | undefined;
  #closed = false;

  constructor(options: BridgeHouseOptions) {
    this.#options = options;
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: 2 * LIMITS.clientMessageBytesMax,
      perMessageDeflate: false,
    });
    this.#server.on('upgrade', (request, stream, head) => {
      const id = this.#placeIn(request.url)?.match(/^socket\/([\w-]+)$/)?.[1] ?? '';
      const bridge = this.#bridges.get(id);
      if (bridge === undefined || bridge.attached) return stream.destroy();
      sockets.handleUpgrade(request, stream, head, (socket) => bridge.attach(socket));
    });
  }

  open(hooks: BridgeHooks): Bridge {
    const id = randomBytes(16).toString('base64url');
    const bridge = new PageBridge(hooks, () => this.#bridges.delete(id));
    this.#bridges.set(id, bridge);
    void this.page(`bridge?call=${id}`).then((opened) => {
      if (opened.ok) bridge.settle(opened.close);
      else bridge.lose(opened.reason);
    });
    return bridge;
  }

  warm(): void {
    this.#building ??= this.#build();
  }

  /** Opens a page of this house; a call's one, or what a test has in `pages`. */
  async page(place: string): Promise<OpenedPage> {
    this.#building ??= this.#build();
    const built = await this.#building;
    if (this.#closed) return { ok: false, reason: 'the agent is shutting down' };
    if (!built.ok) {
      // Somebody may mend it meanwhile.
      this.#building = undefined;
      return built;
    }
    const { browser, base } = built.house;
    return browser.open(`${base}${place}`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const bridge of this.#bridges.values()) bridge.close();
    const built = await this.#building;
    if (built?.ok === true) await built.house.browser.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #build(): Promise<Built> {
    const found = findChromium(this.#options.chromium, process.env['PATH'] ?? '');
    if (!found.ok) return { ok: false, reason: `${found.reason}: ${found.todo}` };
    const files = await buildBridge({ bridge: BRIDGE_PAGE, ...this.#options.pages });
    if (!files.ok) return { ok: false, reason: `the page of the bridge cannot be built: ${files.reason}` };
    this.#scripts = files.scripts;
    const port = await this.#listen();
    if (typeof port === 'string') return { ok: false, reason: `no port of 127.0.0.1: ${port}` };
    const browser = new Browser({
      path: found.path,
      args: this.#options.args ?? [],
      lost: (reason) => {
        this.#building = undefined;
        for (const bridge of [...this.#bridges.values()]) bridge.lose(`Chromium is gone: ${reason}`);
      },
    });
    return { ok: true, house: { browser, base: `http://127.0.0.1:${port}/${this.#secret}/` } };
  }

  /** The port, or why there is none. */
  #listen(): Promise<number | string> {
    const portOf = (): number => (this.#server.address() as AddressInfo).port;
    if (this.#server.listening) return Promise.resolve(portOf());
    return new Promise((resolve) => {
      this.#server.once('error', (error) => resolve(error.message));
      this.#server.listen(0, '127.0.0.1', () => resolve(portOf()));
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const place = this.#placeIn(request.url)?.replace(/\?.*$/, '') ?? '';
    const name = place.replace(/\.js$/, '');
    const script = this.#scripts.get(name);
    if (script === undefined) return void response.writeHead(404).end();
    const type = name === place ? 'text/html' : 'text/javascript';
    // The address is nobody's business, Daily's included.
    const headers = { 'content-type': `${type}; charset=utf-8`, 'referrer-policy': 'no-referrer' };
    response.writeHead(200, headers).end(name === place ? documentOf(name) : script);
  }

  /** What stands behind the secret; undefined for a stranger. */
  #placeIn(url = ''): string | undefined {
    return url.startsWith(`/${this.#secret}/`) ? url.slice(this.#secret.length + 2) : undefined;
  }
}

class PageBridge implements Bridge {
  readonly #hooks: BridgeHooks;
  readonly #forget: () => void;
  #socket: WebSocket | undefined;
  #closePage: (() => void) | undefined;
  #over = false;
  readonly #impatience: NodeJS.Timeout;

  constructor(hooks: BridgeHooks, forget: () => void) {
    this.#hooks = hooks;
    this.#forget = forget;
    const late = () => this.lose('the page of the bridge did not open in time');
    this.#impatience = setTimeout(late, toMs(LIMITS.dailyPageUs));
  }

  get attached(): boolean {
    return this.#socket !== undefined;
  }

  /** The page is open. */
  settle(closePage: () => void): void {
    this.#closePage = closePage;
    if (this.#over) closePage();
  }

  attach(socket: WebSocket): void {
    this.#socket = socket;
    clearTimeout(this.#impatience);
    socket.on('message', (data: Buffer, binary: boolean) => this.#hear(data, binary));
    socket.on('error', () => {});
    socket.on('close', () => this.lose('the page of the bridge is gone'));
  }

  tell(message: ToBridge): void {
    this.#send(JSON.stringify(message));
  }

  speak(pcm: Uint8Array): void {
    this.#send(pcm);
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#impatience);
    this.#forget();
    this.#socket?.terminate();
    this.#closePage?.();
  }

  lose(reason: string): void {
    if (this.#over) return;
    this.close();
    this.#hooks.lost(reason);
  }

  #send(data: string | Uint8Array): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.send(data);
    if (socket.bufferedAmount > LIMITS.clientBacklogBytesMax) this.lose('the page of the bridge is stuck');
  }

  #hear(data: Buffer, binary: boolean): void {
    if (this.#over) return;
    if (binary) {
      return this.#hooks.sound(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    const message = readFromBridge(data.toString());
    if (message === undefined) return this.lose('the page of the bridge sent what is no message of it');
    this.#hooks.message(message);
  }
}
