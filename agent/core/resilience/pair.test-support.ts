// Two providers of each kind as actors whose behaviour is data, one piece of it per attempt, and a stage on
// which time moves only when the test runs. They keep to the contract: what is begun ends in `done` or
// `failed` unless it is cancelled, if only because somebody's patience ends.
import { Agenda } from '../agenda.test-support.ts';
import type { Failure } from '../failure.ts';
import type { StatedFact } from '../outlet.ts';
import type {
  LlmEvent,
  LlmHooks,
  LlmSession,
  ProviderSession,
  SttHooks,
  SttSession,
  TtsHooks,
  TtsSession,
} from '../provider.ts';
import { type Micros, ms } from '../time.ts';
import type { Lane } from '../wire.ts';

/** `firstMs`: to the first output; undefined is for ever. `breaksAfter`: words that come before the end. */
export type Behaviour = {
  readonly firstMs?: number;
  readonly breaksAfter?: number;
  /** How it breaks; a failure when absent. */
  readonly by?: 'failure' | 'stall';
  /** The connection goes with it, for good. */
  readonly fatal?: boolean;
  readonly retryable?: boolean;
};

export const PROMPT: Behaviour = { firstMs: 100 };
export const NEVER: Behaviour = {};
export const REFUSES: Behaviour = { firstMs: 5, breaksAfter: 0 };

/** When a provider session loses its patience with its vendor. */
const GUARD_MS = 8_000;
const STEP_MS = 10;
/** Length of every word, and its samples at 8 kHz. */
export const WORD_MS = 100;
export const TEST_RATE = 8_000;

const failureOf = ({ retryable = true }: Behaviour): Failure =>
  retryable
    ? { reason: 'overloaded', message: 'no', retryable }
    : { reason: 'auth', message: 'no key', retryable };

abstract class Player implements ProviderSession {
  protected readonly agenda = new Agenda();
  readonly #behaviours: Behaviour[];
  started = 0;

  constructor(behaviours: readonly Behaviour[]) {
    this.#behaviours = [...behaviours];
  }

  start(_now: Micros): void {
    this.started += 1;
  }
  stop(): void {
    this.agenda.clear();
  }
  deadline(): Micros | undefined {
    return this.agenda.next();
  }
  wake(now: Micros): void {
    this.agenda.play(now);
  }
  receive(): void {}

  protected next(): Behaviour {
    return this.#behaviours.shift() ?? PROMPT;
  }
}

export class PlayerLlm extends Player implements LlmSession {
  readonly #text: string;
  readonly #hooks: LlmHooks;
  readonly live = new Set<number>();
  asked = 0;

  constructor(text: string, behaviours: readonly Behaviour[], hooks: LlmHooks) {
    super(behaviours);
    this.#text = text;
    this.#hooks = hooks;
  }

  generate(now: Micros, id: number): void {
    this.asked += 1;
    this.live.add(id);
    const behaviour = this.next();
    const words = this.#text.match(/\S+\s*/g) ?? [];
    const { firstMs, breaksAfter = words.length } = behaviour;
    const guard = now + ms(GUARD_MS);
    this.agenda.plan(guard, (then) => this.#say(then, { kind: 'failed', id, failure: failureOf({}) }));
    if (firstMs === undefined) return;
    let at = now + ms(firstMs);
    for (const text of words.slice(0, breaksAfter)) {
      this.agenda.plan(at, (then) => this.#say(then, { kind: 'text', id, text }));
      at += ms(STEP_MS);
    }
    if (behaviour.breaksAfter === undefined) {
      this.agenda.plan(at, (then) => this.#say(then, { kind: 'done', id, finish: 'stop', usage: undefined }));
    } else if (behaviour.by !== 'stall') {
      this.agenda.plan(at, (then) => this.#say(then, { kind: 'failed', id, failure: failureOf(behaviour) }));
    }
  }

  cancel(_now: Micros, id: number): void {
    this.live.delete(id);
  }

  #say(now: Micros, event: LlmEvent): void {
    if (!this.live.has(event.id)) return;
    if (event.kind !== 'text') this.live.delete(event.id);
    this.#hooks.event(now, event);
  }
}

type Recital = { readonly behaviour: Behaviour; at: Micros; words: number; ended: boolean; owed: number };

export class PlayerTts extends Player implements TtsSession {
  readonly #hooks: TtsHooks;
  readonly #recitals = new Map<number, Recital>();
  /** What it was given, by attempt. */
  readonly given: string[][] = [];
  readonly #pieces = new Map<number, string[]>();
  dead = false;

  constructor(behaviours: readonly Behaviour[], hooks: TtsHooks) {
    super(behaviours);
    this.#hooks = hooks;
  }

  get live(): number {
    return this.#recitals.size;
  }

  override start(now: Micros): void {
    super.start(now);
    this.dead = false;
  }

  speak(now: Micros, id: number, text: string): void {
    const recital = this.#recital(now, id);
    if (recital === undefined) return;
    this.#pieces.get(id)?.push(text);
    for (const word of text.split(/\s+/)) this.#plan(id, recital, word);
  }

  endReply(now: Micros, id: number): void {
    const recital = this.#recitals.get(id);
    if (recital === undefined) return;
    recital.ended = true;
    this.agenda.plan(Math.max(now, recital.at), (then) => this.#endMaybe(then, id, recital));
  }

  cancel(_now: Micros, id: number): void {
    this.#recitals.delete(id);
  }

  #recital(now: Micros, id: number): Recital | undefined {
    const known = this.#recitals.get(id);
    if (known !== undefined) return known;
    if (this.dead) {
      this.#hooks.event(now, { kind: 'failed', reply: id, failure: failureOf({}), fatal: true });
      return undefined;
    }
    const behaviour = this.next();
    const at = now + ms(behaviour.firstMs ?? GUARD_MS);
    const recital = { behaviour, at, words: 0, ended: false, owed: 0 };
    const pieces: string[] = [];
    this.given.push(pieces);
    this.#pieces.set(id, pieces);
    this.#recitals.set(id, recital);
    this.agenda.plan(now + ms(GUARD_MS), (then) => this.#fail(then, id, recital));
    if (behaviour.breaksAfter === 0 && behaviour.by !== 'stall' && behaviour.firstMs !== undefined) {
      this.agenda.plan(at, (then) => this.#fail(then, id, recital));
    }
    return recital;
  }

  #plan(id: number, recital: Recital, text: string): void {
    const number = recital.words;
    recital.words += 1;
    recital.owed += 1;
    const { firstMs, breaksAfter, by } = recital.behaviour;
    if (firstMs === undefined || (breaksAfter !== undefined && number >= breaksAfter)) {
      if (breaksAfter === undefined || breaksAfter === 0 || number > breaksAfter || by === 'stall') return;
      return void this.agenda.plan(recital.at, (then) => this.#fail(then, id, recital));
    }
    this.agenda.plan(recital.at, (now) => {
      if (this.#recitals.get(id) !== recital) return;
      recital.owed -= 1;
      const pcm = new Uint8Array((WORD_MS * TEST_RATE * 2) / 1_000);
      this.#hooks.event(now, { kind: 'audio', reply: id, pcm });
      if (this.#recitals.get(id) !== recital) return;
      const [startUs, endUs] = [ms(number * WORD_MS), ms((number + 1) * WORD_MS)];
      this.#hooks.event(now, { kind: 'word', reply: id, word: { text, startUs, endUs } });
      this.#endMaybe(now, id, recital);
    });
    recital.at += ms(STEP_MS);
  }

  #endMaybe(now: Micros, id: number, recital: Recital): void {
    if (this.#recitals.get(id) !== recital || !recital.ended || recital.owed > 0) return;
    this.#recitals.delete(id);
    this.#hooks.event(now, { kind: 'done', reply: id });
  }

  #fail(now: Micros, id: number, recital: Recital): void {
    if (this.#recitals.get(id) !== recital) return;
    this.#recitals.delete(id);
    const { fatal = false } = recital.behaviour;
    const failure = failureOf(recital.behaviour);
    this.dead ||= fatal;
    const others = fatal ? [...this.#recitals.keys()] : [];
    if (fatal) this.#hooks.event(now, { kind: 'failed', reply: undefined, failure, fatal });
    for (const lost of [id, ...others]) {
      if (lost !== id && !this.#recitals.delete(lost)) continue;
      this.#hooks.event(now, { kind: 'failed', reply: lost, failure, fatal });
    }
  }

  override stop(): void {
    super.stop();
    this.#recitals.clear();
  }
}

/** Hears marks: the first byte of every chunk is a word's number. One behaviour per `finalize`. */
export class PlayerStt extends Player implements SttSession {
  readonly #hooks: SttHooks;
  readonly heard: number[] = [];
  /** Words of `heard` that were answered for, in one way or another. */
  #answered = 0;
  #asked = 0;

  constructor(behaviours: readonly Behaviour[], hooks: SttHooks) {
    super(behaviours);
    this.#hooks = hooks;
  }

  sendAudio(_now: Micros, pcm: Uint8Array): void {
    this.heard.push(pcm[0] ?? 0);
  }

  override stop(): void {
    super.stop();
    this.#answered = this.heard.length;
  }

  finalize(now: Micros): void {
    this.#asked += 1;
    const asked = this.#asked;
    const behaviour = this.next();
    const { firstMs = GUARD_MS, breaksAfter, fatal = false } = behaviour;
    const fails = breaksAfter !== undefined || behaviour.firstMs === undefined;
    const until = this.heard.length;
    this.agenda.plan(now + ms(firstMs), (then) => {
      const text = this.heard.slice(this.#answered, until).map(wordOf).join(' ');
      this.#answered = Math.max(this.#answered, until);
      if (fails) this.#hooks.event(then, { kind: 'failed', failure: failureOf(behaviour), fatal });
      else if (text !== '') this.#hooks.event(then, { kind: 'final', text });
      if (asked === this.#asked) this.#hooks.event(then, { kind: 'finalized' });
    });
  }

  breaks(now: Micros, fatal: boolean): void {
    this.#hooks.event(now, { kind: 'failed', failure: failureOf({}), fatal });
  }
}

export const wordOf = (mark: number): string => `w${mark}`;

/** Runs one session; collects its events and facts with their times in ms. */
export class PairStage<Session extends ProviderSession, Event extends { readonly kind: string }> {
  readonly session: Session;
  readonly events: (Event & { readonly atMs: number })[] = [];
  readonly facts: StatedFact[] = [];
  now: Micros = 0;

  constructor(build: (hooks: PairHooks<Event>) => Session) {
    this.session = build({
      request: () => {},
      event: (now, event) => void this.events.push({ ...event, atMs: now / 1_000 }),
      note: (_now, fact) => void this.facts.push(fact),
    });
    this.session.start(0);
  }

  run(untilMs: number): void {
    for (
      let at = this.session.deadline();
      at !== undefined && at <= ms(untilMs);
      at = this.session.deadline()
    ) {
      this.now = Math.max(this.now, at);
      this.session.wake(this.now);
    }
    this.now = ms(untilMs);
  }

  /** Facts of one kind, without it. */
  all<What extends StatedFact['what']>(what: What): Extract<StatedFact, { what: What }>[] {
    return this.facts.filter((fact): fact is Extract<StatedFact, { what: What }> => fact.what === what);
  }
}

export type PairHooks<Event> = {
  request(now: Micros, request: unknown, lane?: Lane): void;
  event(now: Micros, event: Event): void;
  note(now: Micros, fact: StatedFact): void;
};
