// A load run: the agent in a process of its own, the emulated vendors in another, and so many callers here
// who all talk for so many minutes. It promises an end within a bound whatever the agent does, and hands
// over what was stated and used; judging that is the business of `figure.ts`.

import { DEFAULT_CORE_SETTINGS } from '#agent/core/setting.ts';
import type { Micros } from '#agent/core/time.ts';
import { loadTokens } from '#agent/providers/tokens.ts';
import type { CallerScript } from '#sim/caller/script.ts';
import { earFor, ownLines } from '#sim/cast.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { play } from '../runner/play.ts';
import type { Scenario } from '../script/scenario.ts';
import { speechOf } from '../speech/booklet.ts';
import { Child } from './child.ts';
import { FactBook } from './fact-book.ts';
import { machineMs, startOf } from './instant.ts';
import type { AgentOrder, AgentReport, Usage, VendorOrder, VendorReport } from './message.ts';
import { Place } from './place.ts';

export type LoadRequest = {
  readonly scenario: Scenario;
  readonly sessions: number;
  readonly minutes: number;
  readonly providers: string;
  readonly seed: number;
  /** Where a CPU profile of the agent's process goes; none when absent. */
  readonly profile?: string;
};

/** What one session left: its facts in the order of time, and what it was still waiting for. */
export type LoadCall = {
  readonly seed: number;
  readonly finished: boolean;
  readonly waitingFor: string;
  readonly facts: readonly Fact[];
};

export type LoadRun = {
  /** As long as it was played, for all callers. */
  readonly script: CallerScript;
  readonly calls: readonly LoadCall[];
  readonly usages: readonly Usage[];
  /** The first session alone, then while all were there. */
  readonly aloneUs: Span;
  readonly fullUs: Span;
  readonly loopMs: { readonly p50: number; readonly p99: number };
};

export type Span = { readonly fromUs: Micros; readonly toUs: Micros };

export type LoadResult =
  | { readonly ok: true; readonly run: LoadRun }
  | { readonly ok: false; readonly reason: string };

/** The first session is alone for so long, so that what the further ones add can be told. */
const ALONE_MS = 8_000;
/** Between one session's begin and the next one's: people do not call all at once. */
const STAGGER_MS = 150;
/** What a conversation may take longer than it was meant to. */
const LATE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** `progress`: called with the seconds that have passed of so many. */
export async function load(
  request: LoadRequest,
  progress: (seconds: number, of: number) => void,
): Promise<LoadResult> {
  const run = new Load(request);
  try {
    return { ok: true, run: await run.play(progress) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await run.close();
  }
}

class Load {
  readonly #request: LoadRequest;
  readonly #baseMs = machineMs();
  readonly #clock = new RealClock({ startMs: startOf(this.#baseMs), exact: false });
  readonly #book = new FactBook();
  readonly #usages: Usage[] = [];
  readonly #places: Place[] = [];
  readonly #lost = Promise.withResolvers<never>();
  #closers: (() => Promise<void>)[] = [];

  constructor(request: LoadRequest) {
    this.#request = request;
    // Told where it is waited for.
    this.#lost.promise.catch(() => {});
  }

  async play(progress: (seconds: number, of: number) => void): Promise<LoadRun> {
    const { scenario, sessions, minutes } = this.#request;
    const script = await scriptFor(scenario, minutes);
    loadTokens();
    const vendors = await this.#startVendors();
    const agent = await this.#startAgent(vendors.port);
    const open = this.#opener(script, `127.0.0.1:${agent.port}`, vendors.tell);
    await open(0);
    const aloneUs = { fromUs: this.#clock.now(), toUs: await this.#after(ALONE_MS) };
    for (let index = 1; index < sessions; index += 1) {
      await open(index);
      await this.#after(STAGGER_MS);
    }
    const fullUs = { fromUs: this.#clock.now(), toUs: await this.#until(progress) };
    agent.tell({ kind: 'stop' });
    const loopMs = await Promise.race([agent.stopped, this.#lost.promise]);
    const calls = this.#places.map((place) => this.#callOf(place));
    return { script, calls, usages: this.#usages, aloneUs, fullUs, loopMs };
  }

  async close(): Promise<void> {
    for (const place of this.#places) place.destroy();
    this.#clock.close();
    await Promise.all(this.#closers.map((close) => close()));
  }

  #opener(script: CallerScript, agent: string, tell: (order: VendorOrder) => void) {
    const { scenario } = this.#request;
    const table = speechOf(scenario);
    const index = earFor(scenario.brain, scenario.caller, ownLines(DEFAULT_CORE_SETTINGS), true);
    return async (at: number): Promise<void> => {
      const seed = this.#request.seed + at;
      const place = new Place({
        ...{ name: scenario.name, seed, clock: this.#clock, script, table, index, agent },
        begun: (session) => tell({ kind: 'cast', session, seed }),
        acted: (session, act) => tell({ kind: 'act', session, act }),
      });
      this.#places.push(place);
      await Promise.race([place.call(), this.#lost.promise]);
    };
  }

  /** Until the last caller is gone, or it has taken too long; when the first one was gone. */
  async #until(progress: (seconds: number, of: number) => void): Promise<Micros> {
    const wantedMs = this.#request.minutes * 60_000;
    const startedMs = performance.now();
    let firstGoneUs: Micros | undefined;
    for (;;) {
      const passedMs = performance.now() - startedMs;
      progress(passedMs / 1_000, wantedMs / 1_000);
      if (this.#places.some((place) => place.gone)) firstGoneUs ??= this.#clock.now();
      if (this.#places.every((place) => place.gone) || passedMs > wantedMs * 1.2 + LATE_MS) break;
      await this.#after(LOOK_EVERY_MS);
    }
    return firstGoneUs ?? this.#clock.now();
  }

  /** Rejects when a process is lost meanwhile. */
  async #after(ms: number): Promise<Micros> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    await Promise.race([promise, this.#lost.promise]);
    clearTimeout(timer);
    return this.#clock.now();
  }

  #callOf(place: Place): LoadCall {
    const { seed, gone, waitingFor, session } = place;
    const facts = [...place.facts, ...this.#book.of(session)].toSorted((one, other) => one.t - other.t);
    const hungUp = place.facts.some((fact) => fact.who === 'caller' && fact.what === 'hung_up');
    return { seed, finished: gone && hungUp, waitingFor, facts };
  }

  async #startAgent(vendors: number) {
    const ready = Promise.withResolvers<number>();
    const stopped = Promise.withResolvers<LoadRun['loopMs']>();
    const lost = (reason: string) => this.#lost.reject(new Error(`the agent's process: ${reason}`));
    const { profile } = this.#request;
    const child = new Child<AgentOrder, AgentReport>({
      entry: new URL('./agent-process.ts', import.meta.url),
      execArgv: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
      lost,
      onReport: (report) => {
        if (report.kind === 'ready') ready.resolve(report.port);
        else if (report.kind === 'failed') lost(report.reason);
        else if (report.kind === 'facts') this.#book.state(report.facts);
        else if (report.kind === 'usage') this.#usages.push(report.usage);
        else stopped.resolve(report.loopMs);
      },
    });
    this.#closers.push(() => child.end());
    child.tell({ kind: 'begin', baseMs: this.#baseMs, vendors });
    const port = await Promise.race([ready.promise, this.#lost.promise]);
    return { port, stopped: stopped.promise, tell: (order: AgentOrder) => child.tell(order) };
  }

  async #startVendors() {
    const ready = Promise.withResolvers<number>();
    const lost = (reason: string) => this.#lost.reject(new Error(`the vendors' process: ${reason}`));
    const child = new Child<VendorOrder, VendorReport>({
      entry: new URL('./vendor-process.ts', import.meta.url),
      lost,
      onReport: (report) => {
        if (report.kind === 'ready') ready.resolve(report.port);
        else if (report.kind === 'failed') lost(report.reason);
        else this.#book.add(report.facts);
      },
    });
    this.#closers.push(() => child.end());
    const { providers, scenario } = this.#request;
    child.tell({ kind: 'begin', baseMs: this.#baseMs, scenario: scenario.name, providers });
    const port = await Promise.race([ready.promise, this.#lost.promise]);
    return { port, tell: (order: VendorOrder) => child.tell(order) };
  }
}

/** The scenario's lines over and over, as many as fill the time; a caller with no time left hangs up. */
async function scriptFor(scenario: Scenario, minutes: number): Promise<CallerScript> {
  const lines = scenario.caller.acts.filter((act) => 'parts' in act);
  const world = { world: 'sim', network: 'loopback', providers: 'prd' } as const;
  const { simulatedSeconds, end, detail } = await play({ ...world, scenario, seed: 1 });
  if (end !== 'finished') throw new Error(`the conversation does not even end in virtual time: ${detail}`);
  const count = Math.max(1, Math.round((minutes * 60 * lines.length) / simulatedSeconds));
  const acts = Array.from({ length: count }, (_, at) => lines[at % lines.length]);
  return { ...scenario.caller, acts: [...acts.filter((act) => act !== undefined), { kind: 'hang_up' }] };
}
