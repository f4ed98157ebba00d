// The stage on which both of an agent's legs to a vendor are tested: virtual time, a vendor of few words,
// and what everybody heard, as lines that begin with the microsecond. The network is a fixed delay unless
// a test brings another.
import type { HttpEvent, HttpRequest, SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import type {
  UpgradeAnswer,
  Vendor,
  VendorExchange,
  VendorRequest,
  VendorSocket,
} from '#sim/providers/vendor.ts';
import { HttpLeg } from './http-leg.ts';
import { SocketLeg } from './socket-leg.ts';
import { type Connect, fixedDelay } from './stream.ts';

export const ONE_WAY = 10_000;
export const THINKING = 3_000;

export type Network = (kernel: Kernel) => Connect;

type Stage<Request> = {
  readonly kernel: Kernel;
  /** What the agent was told. */
  readonly events: string[];
  /** Asks at a time. */
  at(time: number, request: Request): void;
  run(untilUs?: number): Promise<void>;
};

type Leg<Request> = { request(request: Request): void };

function stage<Request>(kernel: Kernel, events: string[], leg: Leg<Request>): Stage<Request> {
  return {
    kernel,
    events,
    at: (time, request) => void kernel.after(time, () => leg.request(request), undefined),
    run: async (untilUs = 10_000_000) => {
      await kernel.run({ untilUs, stopWhen: () => false });
    },
  };
}

/** What both legs are made with. */
function common<Event>(kernel: Kernel, network: Network, told: (event: Event) => string) {
  const events: string[] = [];
  const options = {
    clock: kernel,
    connect: network(kernel),
    profile: { name: 'test', oneWayUs: ONE_WAY },
    tap: () => {},
    place: 0,
    deliver: (event: Event) => void events.push(`${kernel.now()} ${told(event)}`),
  };
  return { events, options };
}

type Answer = 'accept' | 'refuse' | 'drop';

export type SocketStage = Stage<SocketRequest> & { readonly vendor: Scripted };

export type SocketStageOptions = {
  readonly answer?: Answer;
  readonly greeting?: string;
  readonly network?: Network;
};

export function socketStage(given: SocketStageOptions = {}): SocketStage {
  const kernel = new Kernel();
  const vendor = new Scripted(kernel, given.answer ?? 'accept', given.greeting);
  const { events, options } = common(kernel, given.network ?? fixedDelay, toldOnSocket);
  return { ...stage(kernel, events, new SocketLeg({ ...options, vendor })), vendor };
}

export type HttpStage = Stage<HttpRequest> & { readonly arrivals: readonly string[] };

export type HttpStageOptions = {
  readonly answer?: (exchange: VendorExchange, request: VendorRequest) => void;
  readonly network?: Network;
};

export function httpStage({ answer = answerAtOnce, network = fixedDelay }: HttpStageOptions = {}): HttpStage {
  const kernel = new Kernel();
  const arrivals: string[] = [];
  const vendor: Vendor = {
    name: 'scripted',
    upgrade: () => ({ kind: 'drop' }),
    exchange: (request, exchange) => {
      arrivals.push(`${kernel.now()} ${request.method} ${request.path} ${Buffer.from(request.body)}`.trim());
      exchange.onAbort(() => arrivals.push(`${kernel.now()} aborted`));
      answer(exchange, request);
    },
  };
  const { events, options } = common(kernel, network, toldOnHttp);
  return { ...stage(kernel, events, new HttpLeg({ ...options, vendor })), arrivals };
}

export const open = (url = 'wss://vendor/talk?model=x'): SocketRequest => ({
  kind: 'open',
  url,
  headers: { 'X-API-Key': 'k' },
});
export const close: SocketRequest = { kind: 'close', code: 1000, reason: 'done' };

export const post = (id: number, url = 'https://vendor/v1/chat'): HttpRequest => ({
  kind: 'request',
  id,
  method: 'POST',
  url,
  headers: { Authorization: 'Bearer k' },
  body: 'ask',
});

export const terminal = (events: readonly string[]): string[] =>
  events.filter((event) => /closed|refused|failed/.test(event));

/** A vendor of few words: answers the upgrade as it is told and notes all it hears. */
class Scripted implements Vendor {
  readonly name = 'scripted';
  readonly requests: VendorRequest[] = [];
  readonly heard: string[] = [];
  sockets: VendorSocket[] = [];
  readonly #kernel: Kernel;
  readonly #answer: Answer;
  readonly #greeting: string | undefined;

  constructor(kernel: Kernel, answer: Answer, greeting: string | undefined) {
    this.#kernel = kernel;
    this.#answer = answer;
    this.#greeting = greeting;
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
    this.requests.push(request);
    this.#hear('upgrade');
    if (this.#answer === 'drop') return { kind: 'drop' };
    if (this.#answer === 'refuse') {
      return {
        kind: 'refuse',
        afterUs: THINKING,
        status: 429,
        headers: { 'Retry-After': '3' },
        body: 'later',
      };
    }
    return {
      kind: 'accept',
      afterUs: THINKING,
      open: (socket) => {
        const name = this.sockets.push(socket);
        if (this.#greeting !== undefined) socket.send(this.#greeting);
        return {
          message: (data) => this.#hear(`${name}: ${data}`),
          closed: (code) => this.#hear(`${name}: closed ${code}`),
        };
      },
    };
  }

  exchange(): void {}

  #hear(what: string): void {
    this.heard.push(`${this.#kernel.now()} ${what}`);
  }
}

function answerAtOnce(exchange: VendorExchange): void {
  exchange.head(200, { 'Content-Type': 'text/plain' });
  exchange.write(Buffer.from('one'));
  exchange.write(Buffer.from('two'));
  exchange.end();
}

function toldOnSocket(event: SocketEvent): string {
  if (event.kind === 'message') return `message ${event.data}`;
  if (event.kind === 'closed') return `closed ${event.code} ${event.reason}`.trim();
  if (event.kind === 'refused')
    return `refused ${event.status} ${JSON.stringify(event.headers)} ${event.body}`;
  return event.kind === 'failed' ? `failed: ${event.message}` : event.kind;
}

function toldOnHttp(event: HttpEvent): string {
  const name = `${event.id} ${event.kind}`;
  if (event.kind === 'head') return `${name} ${event.status} ${JSON.stringify(event.headers)}`;
  if (event.kind === 'chunk') return `${name} ${Buffer.from(event.data)}`;
  return event.kind === 'broken' ? `${name} ${event.message}` : name;
}
