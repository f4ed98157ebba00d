// A caller in a stand-in room, driven by a test: a page in the bridge's own Chromium, with a WebSocket to
// here. What it hears arrives as samples at 16 kHz with the time at which they came.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { BridgeHouse } from './bridge-house.ts';
import { findChromium } from './chromium.ts';

const page = (name: string): URL => new URL(`../../web/bridge/${name}.test-support.ts`, import.meta.url);

export const foundChromium = findChromium(process.env['CHROMIUM_PATH'] ?? '', process.env['PATH'] ?? '');

/** A house whose bridges go into stand-in rooms. */
export const standInHouse = (chromium = foundChromium.ok ? foundChromium.path : ''): BridgeHouse =>
  new BridgeHouse({
    chromium,
    pages: { bridge: page('stand-in-main'), caller: page('caller-main') },
    // Pages of one machine reach one another by its own address, on a machine without network too.
    args: ['--disable-features=WebRtcHideLocalIpsWithMdns', '--allow-loopback-in-peer-connection'],
  });

export type Heard = { readonly atMs: number; readonly samples: Int16Array };

type Word = Readonly<Record<string, unknown>>;

export class CallerPage {
  readonly heard: Heard[] = [];
  readonly words: Word[] = [];
  readonly #server: WebSocketServer;
  readonly #socket: WebSocket;
  readonly #close: () => void;
  #speaking: NodeJS.Timeout | undefined;

  private constructor(server: WebSocketServer, socket: WebSocket, close: () => void) {
    this.#server = server;
    this.#socket = socket;
    this.#close = close;
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) return void this.words.push(JSON.parse(data.toString()));
      const samples = new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
      this.heard.push({ atMs: performance.now(), samples });
    });
  }

  static async open(house: BridgeHouse, room: string, token: string): Promise<CallerPage> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const query = new URLSearchParams({ room, token, test: `ws://127.0.0.1:${port}` });
    const connected = once(server, 'connection');
    const opened = await house.page(`caller?${query}`);
    if (!opened.ok) throw new Error(opened.reason);
    const [socket] = (await connected) as [WebSocket];
    return new CallerPage(server, socket, opened.close);
  }

  /** One app message. */
  tell(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Says `pcm` (16 kHz), at the pace of speech. */
  say(pcm: Int16Array): void {
    clearInterval(this.#speaking);
    const begunMs = performance.now();
    let at = 0;
    this.#speaking = setInterval(() => {
      const due = 16 * (performance.now() - begunMs + 40);
      while (at < Math.min(due, pcm.length)) {
        this.#socket.send(pcm.slice(at, at + 320));
        at += 320;
      }
      if (at >= pcm.length) clearInterval(this.#speaking);
    }, 10);
  }

  leave(): void {
    this.#socket.send('leave');
  }

  /** RTVI messages of this type, from the `from`th word on. */
  messages(type: string, from = 0): Word[] {
    const all = this.words.slice(from).map(({ heard }) => heard as Word | undefined);
    return all.filter((message) => message?.['type'] === type).map((message) => message ?? {});
  }

  close(): void {
    clearInterval(this.#speaking);
    this.#close();
    this.#server.close();
    this.#socket.terminate();
  }
}

/** A tone of half loudness. */
export const tone = (hertz: number, rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, at) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * hertz * at) / rate)),
  );

/** How loud `hertz` is in samples of 16 kHz, as the amplitude of a sine (Goertzel). */
export function loudnessAt(hertz: number, samples: Int16Array): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / 16_000);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + turn * one - two, one];
  return (2 * Math.sqrt(one * one + two * two - turn * one * two)) / samples.length;
}
