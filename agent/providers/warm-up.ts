// The request that has a connection standing before the first turn needs it: TCP and TLS are paid while
// the caller has not yet spoken. Its answer is of no interest and its failure harms nobody; it only must
// not go on without end.
import { LIMITS } from '../core/limit.ts';
import type { Micros } from '../core/time.ts';
import type { Headers, HttpEvent, HttpRequest } from '../core/wire.ts';

/** Something cheap to ask for. */
export type WarmUpTarget = { readonly url: string; readonly headers: Headers };

export class WarmUp {
  readonly #target: WarmUpTarget;
  readonly #request: (now: Micros, request: HttpRequest) => void;
  /** The exchange under way. */
  #id: number | undefined;
  #bytes = 0;
  #endBy: Micros = Infinity;

  constructor(target: WarmUpTarget, request: (now: Micros, request: HttpRequest) => void) {
    this.#target = target;
    this.#request = request;
  }

  start(now: Micros, id: number): void {
    this.#id = id;
    this.#endBy = now + LIMITS.warmUpUs;
    const { url, headers } = this.#target;
    this.#request(now, { kind: 'request', id, method: 'GET', url, headers, body: '' });
  }

  receive(now: Micros, event: HttpEvent): void {
    if (event.id !== this.#id) return;
    if (event.kind === 'end' || event.kind === 'broken') return this.#over();
    if (event.kind === 'chunk') this.#bytes += event.data.length;
    if (this.#bytes > LIMITS.warmUpBytesMax) this.stop(now);
  }

  /** Infinity when nothing is under way. */
  deadline(): Micros {
    return this.#endBy;
  }

  wake(now: Micros): void {
    if (now >= this.#endBy) this.stop(now);
  }

  stop(now: Micros): void {
    const id = this.#id;
    this.#over();
    if (id !== undefined) this.#request(now, { kind: 'abort', id });
  }

  #over(): void {
    this.#id = undefined;
    this.#endBy = Infinity;
  }
}
