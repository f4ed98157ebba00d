// Daily's REST API, emulated from its documents: rooms are made, shown and deleted, meeting tokens are made,
// and what is past its `exp` is gone. It counts requests as Daily does (some 20 a second, deletions 2) and
// fails on purpose where it is told to. There is no call in its rooms: signalling and media are not
// documented.
// Source: https://docs.daily.co/reference/rest-api, read 2026-11.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { jsonAnswer, type PlainAnswer, refusal, sendAnswer } from '../answer.ts';
import type { UpgradeAnswer, Vendor, VendorExchange, VendorRequest } from '../vendor.ts';
import { readRoomRequest, readTokenRequest, type TokenRequest } from './request.ts';

export type DailyPlace = 'room' | 'token' | 'delete';

/** What it does wrong on purpose at `place`, the next `times` times. */
export type DailyFault = {
  readonly place: DailyPlace;
  readonly times: number;
  readonly kind:
    | 'http_401'
    | 'http_429'
    | 'http_5xx'
    | 'room_exists'
    | 'malformed'
    /** Cut before any answer … */
    | 'cut'
    /** … or after what was asked for has been done. */
    | 'lost';
};

export type DailyEmulatorOptions = {
  readonly clock: Clock;
  /** The key of the domain. */
  readonly key: string;
  /** Wall clock at microsecond 0, seconds since 1970. */
  readonly epochS: number;
  readonly faults?: readonly DailyFault[];
};

type Room = { readonly privacy: string; readonly config: { readonly exp?: number | undefined } };

export class DailyEmulator implements Vendor {
  readonly name = 'daily';
  readonly #options: DailyEmulatorOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #faults: { readonly fault: DailyFault; left: number }[];
  readonly #asked: Record<'any' | 'delete', Micros[]> = { any: [], delete: [] };
  #made = 0;

  constructor(options: DailyEmulatorOptions) {
    this.#options = options;
    this.#faults = (options.faults ?? []).map((fault) => ({ fault, left: fault.times }));
  }

  /** Rooms that are there now. */
  get rooms(): readonly string[] {
    return [...this.#rooms.keys()].filter((name) => this.#room(name) !== undefined);
  }

  /** What has been asked, refused or not. */
  readonly log: string[] = [];

  upgrade(): UpgradeAnswer {
    return refusal(errorAnswer(404, 'not-found'), 0);
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    this.log.push(`${request.method} ${request.path.replace(/^\/v1/, '')}`);
    const fault = this.#strike(placeOf(request));
    if (fault === 'cut') return exchange.destroy();
    const answer = faultAnswer(fault) ?? this.#answer(request);
    if (fault === 'lost') return exchange.destroy();
    sendAnswer(exchange, answer);
  }

  #answer(request: VendorRequest): PlainAnswer {
    const { method, path, body, headers } = request;
    const authorization = headers['authorization'];
    if (authorization === undefined) return errorAnswer(400, 'authorization-header-error');
    if (authorization !== `Bearer ${this.#options.key}`) return errorAnswer(401, 'authentication-error');
    if (this.#hurries(method)) return BUSY;
    const name = /^\/v1\/rooms\/([\w-]+)$/.exec(path)?.[1];
    if (method === 'POST' && path === '/v1/rooms') return this.#create(body);
    if (method === 'POST' && path === '/v1/meeting-tokens') return this.#token(body);
    if (method === 'GET' && name !== undefined) return this.#show(name);
    if (method === 'DELETE' && name !== undefined) return this.#delete(name);
    return errorAnswer(404, 'not-found');
  }

  #create(body: Uint8Array): PlainAnswer {
    const read = readRoomRequest(body);
    if (!read.ok) return errorAnswer(400, 'invalid-request-error', read.info);
    this.#made += 1;
    const { name = `room-${this.#made}`, privacy, properties } = read.value;
    if (this.#room(name) !== undefined) return taken(name);
    this.#rooms.set(name, { privacy, config: properties });
    return this.#show(name);
  }

  #show(name: string): PlainAnswer {
    const room = this.#room(name);
    if (room === undefined) return errorAnswer(404, 'not-found');
    const url = `https://emulated.daily.co/${name}`;
    return jsonAnswer(200, { id: `id-of-${name}`, name, api_created: true, url, ...room });
  }

  #delete(name: string): PlainAnswer {
    if (this.#room(name) === undefined) return errorAnswer(404, 'not-found');
    this.#rooms.delete(name);
    return jsonAnswer(200, { deleted: true, name });
  }

  /** Tokens are made for rooms that are not there, too. */
  #token(body: Uint8Array): PlainAnswer {
    const read = readTokenRequest(body);
    if (!read.ok) return errorAnswer(400, 'invalid-request-error', read.info);
    return jsonAnswer(200, { token: tokenOf(read.value) });
  }

  #room(name: string): Room | undefined {
    const room = this.#rooms.get(name);
    const exp = room?.config.exp ?? Number.POSITIVE_INFINITY;
    return this.#options.epochS + this.#options.clock.now() / seconds(1) < exp ? room : undefined;
  }

  /** 100 requests in 5 s, deletions 10. */
  #hurries(method: string): boolean {
    const now = this.#options.clock.now();
    const over = (kind: 'any' | 'delete', max: number): boolean => {
      const recent = this.#asked[kind].filter((at) => at > now - seconds(5));
      this.#asked[kind] = [...recent, now];
      return recent.length >= max;
    };
    return over('any', 100) || (method === 'DELETE' && over('delete', 10));
  }

  #strike(place: DailyPlace | undefined): DailyFault['kind'] | undefined {
    const found = this.#faults.find(({ fault, left }) => fault.place === place && left > 0);
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault.kind;
  }
}

/** What a token says of its bearer. */
export function readDailyToken(token: string): TokenRequest['properties'] {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** In the form of a JWT; nobody here checks its signature. */
function tokenOf({ properties }: TokenRequest): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(properties)}.emulated`;
}

const placeOf = ({ method, path }: VendorRequest): DailyPlace | undefined => {
  if (method === 'DELETE') return 'delete';
  if (method !== 'POST') return undefined;
  return path.endsWith('/meeting-tokens') ? 'token' : 'room';
};

function faultAnswer(fault: DailyFault['kind'] | undefined): PlainAnswer | undefined {
  switch (fault) {
    case 'http_401':
      return errorAnswer(401, 'authentication-error');
    case 'http_429':
      return BUSY;
    case 'http_5xx':
      return errorAnswer(503, 'internal-server-error');
    case 'room_exists':
      return taken('that');
    case 'malformed':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' };
    default:
      return undefined;
  }
}

const errorAnswer = (status: number, error: string, info?: string): PlainAnswer =>
  jsonAnswer(status, { error, ...(info === undefined ? {} : { info }) });

const taken = (name: string): PlainAnswer =>
  errorAnswer(400, 'invalid-request-error', `a room named ${name} already exists`);

const BUSY: PlainAnswer = jsonAnswer(429, { error: 'rate-limit-error' }, { 'retry-after': '1' });
