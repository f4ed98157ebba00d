// The life of one WebSocket that must not stay down: opened with a deadline, opened again after a
// loss with growing delays, given up when its attempts are spent. It knows nothing of any vendor;
// the session that owns it says what a loss means and speaks again once it is open.
import type { Failure } from '../core/failure.ts';
import { LIMITS } from '../core/limit.ts';
import { type Micros, seconds } from '../core/time.ts';
import type { Headers, SocketRequest } from '../core/wire.ts';
import { retryDelay } from './retry.ts';

/** A connection that lived this long was a good one, even if the vendor had nothing to say on it. */
const HEALTHY_AFTER_US = seconds(10);

type State = 'stopped' | 'connecting' | 'open' | 'waiting' | 'spent';

export class Connection {
  readonly #url: string;
  readonly #headers: Headers;
  readonly #request: (now: Micros, request: SocketRequest) => void;
  readonly #salt: number | undefined;
  #state: State = 'stopped';
  /** Attempts since the connection last proved good. */
  #attempts = 0;
  #openedAt: Micros = 0;
  #connectBy: Micros = Infinity;
  #reopenAt: Micros = Infinity;
  #closingUntil: Micros = 0;

  /** `salt` spreads the delays of many sessions; equal ones when absent. */
  constructor(
    url: string,
    headers: Headers,
    request: (now: Micros, request: SocketRequest) => void,
    salt?: number,
  ) {
    this.#salt = salt;
    this.#url = url;
    this.#headers = headers;
    this.#request = request;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** True while a socket exists or is coming up: events of any other time are of a former socket. */
  get isLive(): boolean {
    return this.#state === 'open' || this.#state === 'connecting';
  }

  /** True when nothing more will come of it: never started, stopped, or attempts spent. */
  get isOver(): boolean {
    return this.#state === 'stopped' || this.#state === 'spent';
  }

  start(now: Micros): void {
    if (!this.isOver) return;
    this.#attempts = 0;
    this.#open(now);
  }

  stop(now: Micros): void {
    if (this.isLive) this.#request(now, { kind: 'close', code: 1000, reason: '' });
    this.#state = 'stopped';
  }

  send(now: Micros, data: string | Uint8Array): void {
    this.#request(now, { kind: 'send', data });
  }

  /** The socket reports that it is open. False when that was a former one. */
  opened(now: Micros): boolean {
    if (this.#state !== 'connecting') return false;
    this.#state = 'open';
    this.#openedAt = now;
    return true;
  }

  /** The vendor answered something useful: the count of failed attempts starts afresh. */
  proven(): void {
    this.#attempts = 0;
  }

  /** The `closed` of a socket we closed ourselves: nothing stands in the way of the next one. */
  settled(): void {
    this.#closingUntil = 0;
  }

  /** The socket is gone because of `failure`. True when the connection is given up. */
  lost(now: Micros, failure: Failure): boolean {
    if (this.#state === 'open' && now - this.#openedAt >= HEALTHY_AFTER_US) this.#attempts = 0;
    const delay = retryDelay(failure, this.#attempts, this.#salt);
    this.#state = delay === undefined ? 'spent' : 'waiting';
    this.#reopenAt = now + (delay ?? 0);
    return delay === undefined;
  }

  /** Closes the socket ourselves, for the reason in `failure`. True when given up. */
  drop(now: Micros, failure: Failure): boolean {
    this.#request(now, { kind: 'close', code: 1000, reason: '' });
    this.#closingUntil = now + LIMITS.reopenUs;
    return this.lost(now, failure);
  }

  /** Infinity when there is nothing to wait for. */
  deadline(): Micros {
    if (this.#state === 'connecting') return this.#connectBy;
    if (this.#state === 'waiting') return Math.max(this.#reopenAt, this.#closingUntil);
    return Infinity;
  }

  /** Opens again when it is time. True when an attempt ran out of time: `drop` it then. */
  wake(now: Micros): boolean {
    if (now < this.deadline()) return false;
    if (this.#state === 'waiting') this.#open(now);
    return this.#state === 'connecting' && now >= this.#connectBy;
  }

  #open(now: Micros): void {
    this.#state = 'connecting';
    this.#attempts += 1;
    this.#connectBy = now + LIMITS.connectUs;
    this.#request(now, { kind: 'open', url: this.#url, headers: this.#headers });
  }
}
