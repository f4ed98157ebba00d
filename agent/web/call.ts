// One call from the page: finds the way in, introduces itself, carries messages and sound, and comes back
// by itself when the connection breaks, for as long as the agent keeps the session. What happens is told as
// events, in order; nothing here draws anything.
import type { Line, LineHooks } from './line.ts';
import { WebRtcLine } from './webrtc-line.ts';
import { WebSocketLine } from './websocket-line.ts';

export type Transport = 'websocket' | 'webrtc';

export type CallState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  /** The connection broke `sinceMs` ago (`performance.now()` counts); `attempt` counts from 1. */
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | { readonly kind: 'ended'; readonly reason: string; readonly failed: boolean };

export type Message = { readonly type: string; readonly id?: string; readonly data?: unknown };

export type CallHooks = {
  state(state: CallState): void;
  message(message: Message): void;
  heard(pcm: Int16Array<ArrayBuffer>, rate: number): void;
  stream(stream: MediaStream): void;
  /** Connected for the first time, or again. */
  ready(again: boolean): void;
};

export type CallOptions = {
  readonly transport: Transport;
  /** What the microphone sends where the line has a media path. */
  readonly microphone: MediaStream;
};

/** How long the agent keeps a session whose client is gone, by default. */
const GRACE_MS = 30_000;
const DELAYS_MS = [300, 600, 1_200, 2_400, 4_000];
/** A connection that does not stand by then is given up. */
const OPENING_MS = 8_000;
const REQUEST_MS = 5_000;

export class Call {
  readonly #options: CallOptions;
  readonly #hooks: CallHooks;
  readonly #requests = new Map<string, (data: unknown) => void>();
  #line: Line | undefined;
  #place: Place | undefined;
  #session: string | undefined;
  #ready = false;
  #wasReady = false;
  #over = false;
  #lostAt: number | undefined;
  #attempt = 0;
  #requested = 0;
  /** The peer connection so far. */
  #peer: string | undefined;
  #impatience: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CallOptions, hooks: CallHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  /** Id of the session; known once the way in has been found. */
  get session(): string | undefined {
    return this.#session;
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Asks for a session; `prepare` learns its id before the call begins. */
  async start(prepare: (session: string) => Promise<void>): Promise<void> {
    this.#hooks.state({ kind: 'connecting' });
    try {
      this.#place = await findPlace(this.#options.transport);
      this.#session = this.#place.session;
      await prepare(this.#session);
    } catch (error) {
      return this.#end(error instanceof Error ? error.message : String(error), true);
    }
    this.#open();
  }

  speak(pcm: Int16Array<ArrayBuffer>): void {
    if (this.#ready) this.#line?.speak(pcm);
  }

  /** The agent's `client-message` `t`; resolves to its answer, or to undefined when none comes. */
  request(t: string, d?: unknown): Promise<unknown> {
    const id = this.#newId();
    const asked = new Promise<unknown>((resolve) => {
      this.#requests.set(id, resolve);
      setTimeout(() => this.#answered(id, undefined), REQUEST_MS);
    });
    this.#tell({ type: 'client-message', id, data: d === undefined ? { t } : { t, d } });
    return asked;
  }

  /** A message that asks for nothing. */
  tell(type: string, data: unknown): void {
    this.#tell({ type, id: this.#newId(), data });
  }

  hangUp(): void {
    if (this.#over) return;
    this.tell('disconnect-bot', {});
    this.#line?.close();
    this.#end('You hung up.', false);
  }

  /** For whoever wants to see a broken connection: it breaks, and the call comes back. */
  breakOff(): void {
    this.#line?.drop();
    this.#lost('broken off on purpose');
  }

  #open(): void {
    const place = this.#place;
    if (this.#over || place === undefined) return;
    clearTimeout(this.#impatience);
    this.#impatience = setTimeout(() => {
      this.#line?.drop();
      this.#lost('no answer');
    }, OPENING_MS);
    const { transport, microphone } = this.#options;
    const hooks = this.#lineHooks();
    const named = (id: string): void => {
      this.#peer = id;
    };
    this.#line =
      transport === 'websocket'
        ? new WebSocketLine(place.url, hooks)
        : new WebRtcLine({ ...place, microphone, instead: this.#peer, named }, hooks);
  }

  /** Of one line; what a line that was left behind still says is not heard. */
  #lineHooks(): LineHooks {
    let line: Line | undefined;
    const current = (): boolean => {
      line ??= this.#line;
      return !this.#over && line === this.#line;
    };
    return {
      opened: () => current() && this.#introduce(),
      message: (json) => current() && this.#received(json),
      heard: (pcm, rate) => current() && this.#hooks.heard(pcm, rate),
      stream: (stream) => current() && this.#hooks.stream(stream),
      closed: (clean, reason) => {
        if (!current()) return;
        if (clean) this.#end(reason, false);
        else this.#lost(reason);
      },
    };
  }

  #introduce(): void {
    const about = { library: 'parley', library_version: '0.1.0' };
    this.#tell({ type: 'client-ready', id: this.#newId(), data: { version: '2.1.0', about } });
  }

  #received(json: string): void {
    const message = parsed(json);
    if (message === undefined) return;
    const { type, id, data } = message;
    if (type === 'bot-ready') return this.#welcomed();
    if (type === 'server-response') return this.#answered(id, fieldOf(data, 'd'));
    if (type === 'error-response') this.#answered(id, undefined);
    this.#hooks.message(message);
    if (type === 'error' && fieldOf(data, 'fatal') === true) this.#end(String(fieldOf(data, 'error')), true);
  }

  #welcomed(): void {
    clearTimeout(this.#impatience);
    const again = this.#wasReady;
    this.#ready = true;
    this.#wasReady = true;
    this.#attempt = 0;
    this.#lostAt = undefined;
    this.#hooks.state({ kind: 'ready' });
    this.#hooks.ready(again);
  }

  #lost(reason: string): void {
    if (this.#over) return;
    clearTimeout(this.#impatience);
    this.#line = undefined;
    this.#ready = false;
    if (!this.#wasReady) return this.#end(`The connection could not be made (${reason}).`, true);
    this.#lostAt ??= performance.now();
    if (performance.now() - this.#lostAt > GRACE_MS) {
      return this.#end('The connection was lost, and the agent has given the call up.', true);
    }
    this.#attempt += 1;
    this.#hooks.state({ kind: 'reconnecting', attempt: this.#attempt });
    setTimeout(() => this.#open(), DELAYS_MS[Math.min(this.#attempt, DELAYS_MS.length) - 1]);
  }

  #end(reason: string, failed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#ready = false;
    clearTimeout(this.#impatience);
    this.#line?.close();
    for (const resolve of this.#requests.values()) resolve(undefined);
    this.#requests.clear();
    this.#hooks.state({ kind: 'ended', reason, failed });
  }

  #answered(id: string | undefined, data: unknown): void {
    const resolve = this.#requests.get(id ?? '');
    this.#requests.delete(id ?? '');
    resolve?.(data);
  }

  #tell(message: Message): void {
    this.#line?.send(JSON.stringify({ label: 'rtvi-ai', ...message }));
  }

  #newId(): string {
    this.#requested += 1;
    return `page-${this.#requested}`;
  }
}

/** Where to connect to, and under which id. */
type Place = { readonly url: string; readonly session: string; readonly iceServers: RTCIceServer[] };

async function findPlace(transport: Transport): Promise<Place> {
  const response = await fetch('/start', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ transport }),
  }).catch(() => undefined);
  if (response === undefined) throw new Error('The agent does not answer: is it still running?');
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(String(fieldOf(answer, 'detail') ?? response.statusText));
  const [wsUrl, id] = [fieldOf(answer, 'wsUrl'), fieldOf(answer, 'sessionId')];
  if (typeof wsUrl === 'string') {
    return { url: wsUrl, session: new URL(wsUrl).searchParams.get('session') ?? '', iceServers: [] };
  }
  if (typeof id !== 'string') throw new Error('The agent answered /start with something unknown.');
  const servers = fieldOf(fieldOf(answer, 'iceConfig'), 'iceServers');
  const iceServers = Array.isArray(servers) ? (servers as RTCIceServer[]) : [];
  return { url: `/sessions/${id}/api/offer`, session: id, iceServers };
}

/** A field of something that may be an object. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

function parsed(json: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const type = fieldOf(value, 'type');
    return typeof type === 'string' && fieldOf(value, 'label') === 'rtvi-ai' ? (value as Message) : undefined;
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return undefined;
  }
}
