// A stage for an emulator alone, for tests: the kernel's virtual time, keyed chance, the facts it
// states, and clients held in memory that keep what they receive with its time. It has no network:
// what is sent arrives in the same instant.
import type { Micros } from '#agent/core/time.ts';
import type { Headers } from '#agent/core/wire.ts';
import type { VendorFact } from '#sim/kernel/fact.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import type { Vendor, VendorRequest, VendorSocketHandler, VendorWorld } from './vendor.ts';

export type Received = { readonly atMs: number; readonly data: string | Uint8Array };

export class Rehearsal implements VendorWorld {
  readonly clock = new Kernel();
  readonly chance: KeyedChance;
  readonly facts: VendorFact[] = [];
  act = 0;

  constructor(seed = 1) {
    this.chance = new KeyedChance(seed, 'rehearsal');
  }

  turn(): number {
    return this.act;
  }

  note(fact: VendorFact): void {
    this.facts.push(fact);
  }

  /** Facts as words: `what detail`, in order. */
  said(): readonly string[] {
    return this.facts.map((fact) => ('detail' in fact ? `${fact.what} ${fact.detail}` : fact.what));
  }

  /** Plays until `ms` after the beginning. */
  async until(ms: number): Promise<void> {
    await this.clock.run({ untilUs: ms * 1_000, stopWhen: () => false });
  }

  nowMs(): number {
    return this.clock.now() / 1_000;
  }

  /** Asks for a WebSocket and, when it is accepted, plays until it is open. */
  async open(vendor: Vendor, target: string, headers: Headers): Promise<Client> {
    const client = new Client(this);
    const answer = vendor.upgrade(requestOf('GET', target, headers, ''));
    client.answer = answer.kind;
    if (answer.kind === 'refuse') client.refused = { status: answer.status, body: answer.body };
    if (answer.kind !== 'accept') return client;
    await this.until(this.nowMs() + answer.afterUs / 1_000);
    client.handler = answer.open(client);
    return client;
  }

  request(vendor: Vendor, method: string, target: string, headers: Headers, body: string): HttpClient {
    const client = new HttpClient(this);
    vendor.exchange(requestOf(method, target, headers, body), client);
    return client;
  }
}

/** A WebSocket client in memory. */
export class Client {
  readonly received: Received[] = [];
  readonly #world: Rehearsal;
  handler: VendorSocketHandler | undefined;
  answer = '';
  refused: { readonly status: number; readonly body: string } | undefined;
  closed: number | undefined;

  constructor(world: Rehearsal) {
    this.#world = world;
  }

  say(data: string | Uint8Array | object): void {
    const plain = typeof data === 'string' || data instanceof Uint8Array;
    this.handler?.message(plain ? data : JSON.stringify(data));
  }

  /** Every message that is JSON, parsed. */
  heard(): readonly Record<string, unknown>[] {
    return this.received.flatMap(({ data }) => {
      try {
        return [JSON.parse(String(data)) as Record<string, unknown>];
      } catch {
        return [];
      }
    });
  }

  send(data: string | Uint8Array): void {
    this.received.push({ atMs: this.#world.nowMs(), data });
  }

  close(code: number): void {
    this.closed ??= code;
  }

  destroy(): void {
    this.closed ??= 1006;
  }
}

/** An HTTP client in memory. */
export class HttpClient {
  readonly chunks: Received[] = [];
  readonly #world: Rehearsal;
  status = 0;
  headers: Headers = {};
  headAtMs: Micros | undefined;
  ended = false;
  cut = false;
  abort: () => void = () => {};

  constructor(world: Rehearsal) {
    this.#world = world;
  }

  body(): string {
    return this.chunks.map(({ data }) => Buffer.from(data as Uint8Array).toString('latin1')).join('');
  }

  /** Data lines of an event stream that hold JSON. */
  events(): readonly Record<string, unknown>[] {
    const lines = this.body()
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'));
    return lines.map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>);
  }

  head(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
    this.headAtMs = this.#world.nowMs();
  }

  write(chunk: Uint8Array): void {
    this.chunks.push({ atMs: this.#world.nowMs(), data: chunk.slice() });
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.cut = true;
  }

  onAbort(run: () => void): void {
    this.abort = run;
  }
}

function requestOf(method: string, target: string, headers: Headers, body: string): VendorRequest {
  const url = new URL(target, 'http://vendor');
  return { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.from(body) };
}
