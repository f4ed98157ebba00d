// Two voices as one: a reply is given to the first, and to the other when the first fails or is late; the
// first to sound speaks all of it, and nobody hears the rest of them. A voice that falls silent in the
// middle is taken over from at the first word that has not sounded, so that nothing is said twice.
import { unreachable } from '../assert.ts';
import type { Failure } from '../failure.ts';
import { LIMITS } from '../limit.ts';
import type { TtsEvent, TtsFactory, TtsHooks, TtsSession, Word } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { Lane, SocketEvent } from '../wire.ts';
import { nameOf } from './attempt.ts';
import { LaneSet, type Provider } from './lane-set.ts';
import type { HedgePolicy } from './policy.ts';
import { RecitalText } from './recital.ts';

/** `primary` and `second` behind one session, both making PCM s16le mono at `rate` Hz. */
export const hedgedTts =
  (primary: TtsFactory, second: TtsFactory, policy: HedgePolicy, rate: number): TtsFactory =>
  (hooks) =>
    new HedgedTts([primary, second], policy, rate, hooks);

type Attempt = {
  readonly provider: Provider<TtsSession>;
  readonly inner: number;
  readonly sinceUs: Micros;
  /** Characters given to it. */
  chars: number;
  /** Words that came before any sound. */
  readonly early: Word[];
  /** Where its audio begins in the reply, once it is listened to. */
  baseUs: Micros;
};

type Race = {
  readonly id: number;
  readonly text: RecitalText;
  readonly asked: [number, number];
  readonly failed: [number, number];
  live: Attempt[];
  winner: Attempt | undefined;
  ended: boolean;
  /** Audio let out, and when the first of it was. */
  bytes: number;
  firstUs: Micros;
  /** Characters given to voices that took them. */
  charsSpent: number;
  nextAt: Micros;
};

class HedgedTts implements TtsSession {
  readonly #policy: HedgePolicy;
  readonly #rate: number;
  readonly #hooks: TtsHooks;
  readonly #lanes: LaneSet<TtsSession>;
  readonly #races = new Map<number, Race>();
  readonly #over = new Set<number>();
  #inner = 0;

  constructor(
    factories: readonly [TtsFactory, TtsFactory],
    policy: HedgePolicy,
    rate: number,
    hooks: TtsHooks,
  ) {
    this.#policy = policy;
    this.#rate = rate;
    this.#hooks = hooks;
    const salt = hooks.salt ?? 0;
    const note: TtsHooks['note'] = (now, fact) => hooks.note?.(now, fact);
    this.#lanes = new LaneSet({ stage: 'tts', policy, salt, note }, (lane) =>
      factories[lane]({
        request: (now, request) => hooks.request(now, request, lane),
        event: (now, event) => this.#event(now, lane, event),
        note,
        salt: salt + lane,
      }),
    );
  }

  start(now: Micros): void {
    this.#lanes.start(now);
  }

  stop(now: Micros): void {
    for (const id of [...this.#races.keys()]) this.cancel(now, id);
    this.#lanes.stop(now);
  }

  deadline(): Micros | undefined {
    let at = this.#lanes.deadline();
    for (const race of this.#races.values()) at = Math.min(at, race.nextAt);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    this.#lanes.wake(now);
    for (const race of [...this.#races.values()]) {
      if (now < race.nextAt || !this.#isOpen(race)) continue;
      race.nextAt = Infinity;
      if (race.winner === undefined) this.#ask(now, race, 'deadline');
      else if (race.text.open) this.#ask(now, race, 'stall');
    }
  }

  receive(now: Micros, event: SocketEvent, lane: Lane = 0): void {
    this.#lanes.of(lane).session.receive(now, event);
  }

  speak(now: Micros, reply: number, text: string): void {
    if (text.trim() === '' || this.#over.has(reply)) return;
    const known = this.#races.get(reply);
    const race = known ?? this.#open(reply);
    race.text.add(text);
    if (known === undefined) return void this.#ask(now, race, undefined);
    // Its voice was lost between two sentences, when there was nothing to take over.
    if (race.live.length === 0) return void this.#ask(now, race, 'failure');
    this.#watch(now, race);
    for (const attempt of [...race.live])
      if (race.live.includes(attempt)) this.#say(now, race, attempt, text);
  }

  endReply(now: Micros, reply: number): void {
    if (this.#over.has(reply)) return;
    const race = this.#races.get(reply);
    if (race === undefined) {
      this.#remember(reply);
      return this.#hooks.event(now, { kind: 'done', reply });
    }
    race.ended = true;
    if (race.live.length === 0) return this.#finish(now, race);
    for (const attempt of [...race.live]) attempt.provider.session.endReply(now, attempt.inner);
  }

  cancel(now: Micros, reply: number): void {
    const race = this.#races.get(reply);
    if (race === undefined) return this.#remember(reply);
    for (const attempt of race.live) attempt.provider.session.cancel(now, attempt.inner);
    this.#close(now, race);
  }

  #open(id: number): Race {
    const counts = { bytes: 0, firstUs: 0, charsSpent: 0, nextAt: Infinity };
    const none = { live: [], winner: undefined, ended: false, ...counts };
    const race: Race = { id, text: new RecitalText(), asked: [0, 0], failed: [0, 0], ...none };
    this.#races.set(id, race);
    return race;
  }

  /** Gives what has not sounded to one voice more, if there may be one. */
  #ask(now: Micros, race: Race, by: 'deadline' | 'failure' | 'stall' | undefined): boolean {
    const count = race.asked[0] + race.asked[1];
    const { attemptsMax } = this.#policy;
    if (count >= attemptsMax + (race.bytes === 0 ? 0 : 1)) return false;
    const { lane } = race.winner?.provider ?? {};
    const provider = this.#lanes.next(
      (other) => race.asked[other],
      (other) => race.failed[other] + (other === lane ? 1 : 0),
    );
    race.asked[provider.lane] += 1;
    this.#inner += 1;
    const attempt: Attempt = { provider, inner: this.#inner, sinceUs: now, chars: 0, early: [], baseUs: 0 };
    race.live.push(attempt);
    const { deadlineUs, nextDeadlineUs } = provider.first;
    const waitUs = count === 0 ? deadlineUs : nextDeadlineUs;
    race.nextAt = count + 1 < attemptsMax ? now + waitUs : Infinity;
    if (by !== undefined) {
      const named = { reply: race.id, by, provider: nameOf(provider.lane) } as const;
      this.#hooks.note?.(now, { what: 'hedged', stage: 'tts', ...named });
    }
    for (const piece of race.text.rest()) this.#say(now, race, attempt, piece);
    if (race.ended && race.live.includes(attempt)) provider.session.endReply(now, attempt.inner);
    return true;
  }

  #say(now: Micros, race: Race, attempt: Attempt, text: string): void {
    if (!race.live.includes(attempt)) return;
    attempt.chars += text.length;
    race.charsSpent += text.length;
    attempt.provider.session.speak(now, attempt.inner, text);
  }

  #event(now: Micros, lane: Lane, event: TtsEvent): void {
    if (event.kind === 'ready') return this.#hooks.event(now, event);
    if (event.kind === 'failed' && event.reply === undefined) {
      return this.#lost(now, lane, event.failure, event.fatal);
    }
    const found = this.#find(lane, event.reply);
    if (found === undefined) return;
    const { race, attempt } = found;
    switch (event.kind) {
      case 'audio':
        return this.#audio(now, race, attempt, event.pcm);
      case 'word':
        if (race.winner === attempt) return this.#word(now, race, attempt, event.word);
        if (attempt.early.length < LIMITS.replyWordsMax) attempt.early.push(event.word);
        return;
      case 'done':
        // Over without a sound, while there was something to say.
        if (race.winner !== attempt) return this.#failed(now, race, attempt, NO_AUDIO, false);
        this.#leaveOthers(now, race);
        return this.#finish(now, race);
      case 'failed':
        return this.#failed(now, race, attempt, event.failure, event.fatal);
      default:
        return unreachable(event);
    }
  }

  #audio(now: Micros, race: Race, attempt: Attempt, pcm: Uint8Array): void {
    if (race.winner !== attempt) this.#win(now, race, attempt);
    else if (race.live.length > 1) this.#leaveOthers(now, race);
    if (race.bytes === 0) race.firstUs = now;
    race.bytes += pcm.length;
    this.#watch(now, race);
    this.#hooks.event(now, { kind: 'audio', reply: race.id, pcm });
    for (const word of attempt.early.splice(0)) {
      if (race.winner === attempt && this.#isOpen(race)) this.#word(now, race, attempt, word);
    }
  }

  #word(now: Micros, race: Race, { baseUs }: Attempt, word: Word): void {
    race.text.wordVoiced();
    const { text, startUs, endUs } = word;
    const placed = { text, startUs: startUs + baseUs, endUs: endUs + baseUs };
    this.#hooks.event(now, { kind: 'word', reply: race.id, word: placed });
  }

  #win(now: Micros, race: Race, attempt: Attempt): void {
    const { provider } = attempt;
    race.winner = attempt;
    attempt.baseUs = this.#positionUs(race);
    provider.first.took(now - attempt.sinceUs);
    provider.breaker.succeeded(now);
    for (const other of race.live) {
      if (other === attempt || other.sinceUs >= attempt.sinceUs) continue;
      other.provider.first.took(now - other.sinceUs);
      if (other.provider !== provider) other.provider.breaker.outrun(now);
    }
    if (race.asked[0] + race.asked[1] > 1) {
      this.#hooks.note?.(now, { what: 'hedge.won', stage: 'tts', reply: race.id, by: nameOf(provider.lane) });
    }
    this.#leaveOthers(now, race);
  }

  /** While text is left, the voice may be silent until the audio that there is runs out, and not before. */
  #watch(now: Micros, race: Race): void {
    if (race.winner === undefined) return;
    const { deadlineUs } = race.winner.provider.first;
    const dryUs = race.firstUs + this.#positionUs(race) - deadlineUs;
    race.nextAt = Math.max(now + this.#policy.stallUs, dryUs);
  }

  #positionUs(race: Race): Micros {
    return Math.round((race.bytes * 500_000) / this.#rate);
  }

  #failed(now: Micros, race: Race, attempt: Attempt, failure: Failure, fatal: boolean): void {
    const { provider } = attempt;
    this.#retire(race, attempt);
    provider.dead ||= fatal;
    provider.breaker.failed(now, failure, fatal);
    if (race.live.length === 0 && race.bytes > 0 && !race.text.open) {
      this.#noteRetry(now, failure);
      // All of it has sounded; the end of it is all that was lost.
      return race.ended ? this.#finish(now, race) : undefined;
    }
    if (race.live.length > 0 || this.#ask(now, race, 'failure')) return this.#noteRetry(now, failure);
    if (!this.#isOpen(race)) return;
    this.#close(now, race);
    const everyone = this.#lanes.all.every(({ dead }) => dead);
    this.#hooks.event(now, { kind: 'failed', reply: race.id, failure, fatal: everyone });
  }

  #finish(now: Micros, race: Race): void {
    this.#close(now, race);
    this.#hooks.event(now, { kind: 'done', reply: race.id });
  }

  /** A connection is lost: who waited there for a first sound is better served elsewhere. */
  #lost(now: Micros, lane: Lane, failure: Failure, fatal: boolean): void {
    if (this.#lanes.lost(now, this.#lanes.of(lane), failure, fatal)) {
      return this.#hooks.event(now, { kind: 'failed', reply: undefined, failure, fatal });
    }
    this.#noteRetry(now, failure);
    for (const race of [...this.#races.values()]) {
      const waits = race.winner === undefined && race.live.every(({ provider }) => provider.lane === lane);
      if (!waits || !this.#isOpen(race)) continue;
      race.failed[lane] += 1;
      this.#ask(now, race, 'failure');
    }
  }

  #retire(race: Race, attempt: Attempt): void {
    race.live = race.live.filter((other) => other !== attempt);
    race.failed[attempt.provider.lane] += 1;
    if (race.winner === attempt) race.winner = undefined;
    // A vendor that refused has made nothing to be paid for.
    else race.charsSpent -= attempt.chars;
  }

  #leaveOthers(now: Micros, race: Race): void {
    const others = race.live.filter((other) => other !== race.winner);
    race.live = race.live.filter((other) => other === race.winner);
    for (const { provider, inner } of others) provider.session.cancel(now, inner);
  }

  /** What was given to voices beyond the reply itself is paid for as well. */
  #close(now: Micros, race: Race): void {
    this.#races.delete(race.id);
    this.#remember(race.id);
    const characters = race.charsSpent - race.text.chars;
    if (characters <= 0) return;
    this.#hooks.note?.(now, { what: 'usage.tts', reply: race.id, characters, wasted: true });
  }

  #noteRetry(now: Micros, { reason }: Failure): void {
    this.#hooks.note?.(now, { what: 'retry', stage: 'tts', reason, delayUs: 0 });
  }

  #remember(id: number): void {
    this.#over.add(id);
    if (this.#over.size <= LIMITS.repliesRememberedMax) return;
    for (const oldest of this.#over) {
      this.#over.delete(oldest);
      return;
    }
  }

  #isOpen(race: Race): boolean {
    return this.#races.get(race.id) === race;
  }

  #find(
    lane: Lane,
    inner: number | undefined,
  ): { readonly race: Race; readonly attempt: Attempt } | undefined {
    for (const race of this.#races.values()) {
      const attempt = race.live.find((one) => one.inner === inner && one.provider.lane === lane);
      if (attempt !== undefined) return { race, attempt };
    }
    return undefined;
  }
}

const NO_AUDIO: Failure = { reason: 'malformed', message: 'a reply without any audio', retryable: true };
