// One try of one provider: what it was worth in the units of a latency profile, what it cost, or how it
// failed. A trial ends once, at the latest when its time is up, and leaves nothing open.
import type { Failure } from '#agent/core/failure.ts';
import type { ProviderSession } from '#agent/core/provider.ts';
import { type Micros, seconds, toMs } from '#agent/core/time.ts';
import type { Usage } from '#agent/providers/price.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { StageName } from '#sim/providers/stage.ts';
import type { Drive, Evidence } from './drive.ts';

/** In the unit of each stage. */
export type Figures = Readonly<Partial<Record<StageName, number>>>;

export type Tried = {
  readonly figures: Figures;
  /** What is to be paid for. */
  readonly usage: readonly Usage[];
  readonly evidence: Evidence;
  readonly failure?: Failure;
};

/** `least`: no more than shows that it works. `full`: all that can be measured of it. */
export type Depth = 'least' | 'full';

const TRIAL_US = seconds(20);

export class Trial<S extends ProviderSession> {
  readonly clock: Clock;
  readonly drive: Drive<S>;
  readonly #figures: Partial<Record<StageName, number>> = {};
  readonly #usage: Usage[] = [];
  readonly #resolve: (tried: Tried) => void;
  readonly #bound: number;
  #isOver = false;

  constructor(clock: Clock, drive: Drive<S>, resolve: (tried: Tried) => void) {
    this.clock = clock;
    this.drive = drive;
    this.#resolve = resolve;
    this.#bound = clock.after(TRIAL_US, (trial: Trial<S>) => trial.fail(TOO_LATE), this);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The time since `sinceUs`, as the figure of `stage`. Measured once. */
  time(stage: StageName, sinceUs: Micros | undefined): void {
    if (sinceUs !== undefined) this.figure(stage, toMs(this.clock.now() - sinceUs));
  }

  /** How long the latest connection or exchange took to be answered. */
  timeConnection(stage: StageName): void {
    const { askedUs, answeredUs } = this.drive.evidence;
    if (askedUs !== undefined && answeredUs !== undefined) this.figure(stage, toMs(answeredUs - askedUs));
  }

  figure(stage: StageName, value: number): void {
    this.#figures[stage] ??= value;
  }

  pay(usage: Usage): void {
    this.#usage.push(usage);
  }

  done(): void {
    this.#end({});
  }

  fail(failure: Failure): void {
    this.#end({ failure });
  }

  #end(end: { readonly failure?: Failure }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.clock.cancel(this.#bound);
    this.drive.end();
    const { evidence } = this.drive;
    this.#resolve({ figures: { ...this.#figures }, usage: [...this.#usage], evidence, ...end });
  }
}

const TOO_LATE: Failure = {
  reason: 'timeout',
  message: `no answer within ${TRIAL_US / 1_000_000} s`,
  retryable: true,
};
