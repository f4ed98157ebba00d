// Two voices as one: a reply is given to the first, and to the other when the first fails or is late; the
// first to sound speaks all of it, and nobody hears the rest of them. A voice that falls silent in the
// middle is taken over from at the first word that has not sounded, so that nothing is said twice.
import { unreachable } from '../assert.ts';
import type { Failure } from '../failure.ts';
import { LIMITS } from '../limit.ts';
import type { TtsEvent, TtsFactory, TtsHooks, TtsSession, Word } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { Lane, SocketEvent, SocketRequest } from '../wire.ts';
import type { HedgePolicy } from './policy.ts';
import { type Attempt, type Race, Races, type Reason, startOf } from './race.ts';
import { RecitalText } from './recital.ts';

/** Brings the audio of both to one loudness: as many bytes out as in, at once. */
export interface Levelling {
  level(lane: Lane, pcm: Uint8Array): Uint8Array;
}

/**
 * `primary` and `second` behind one session, both making PCM s16le mono at `rate` Hz. `levelling`: one for
 * each session; each sounds as it is when absent.
 */
export const hedgedTts =
  (
    primary: TtsFactory,
    second: TtsFactory,
    policy: HedgePolicy,
    rate: number,
    levelling: () => Levelling = () => AS_IT_IS,
  ): TtsFactory =>
  (hooks) =>
    new HedgedTts([primary, second], policy, { rate, levelling: levelling() }, hooks);

const AS_IT_IS: Levelling = { level: (_lane, pcm) => pcm };

type Sound = { readonly rate: number; readonly levelling: Levelling };

type Voicing = Attempt<TtsSession> & {
  /** Characters given to it. */
  chars: number;
  /** Words that came before any sound. */
  readonly early: Word[];
  /** Where its audio begins in the reply, once it is listened to. */
  baseUs: Micros;
};

type Reply = Race<Voicing> & {
  readonly text: RecitalText;
  ended: boolean;
  /** Audio let out, and when the first of it was. */
  bytes: number;
  firstUs: Micros;
  /** Characters given to voices that took them. */
  charsSpent: number;
};

class HedgedTts implements TtsSession {
  readonly #policy: HedgePolicy;
  readonly #rate: number;
  readonly #levelling: Levelling;
  readonly #hooks: TtsHooks;
  readonly #races: Races<TtsSession, Voicing, Reply, SocketRequest, TtsEvent>;
  readonly #over = new Set<number>();

  constructor(
    factories: readonly [TtsFactory, TtsFactory],
    policy: HedgePolicy,
    { rate, levelling }: Sound,
    hooks: TtsHooks,
  ) {
    this.#policy = policy;
    this.#rate = rate;
    this.#levelling = levelling;
    this.#hooks = hooks;
    const runners = {
      stage: 'tts' as const,
      fresh: (attempt: Attempt<TtsSession>) => ({ ...attempt, chars: 0, early: [], baseUs: 0 }),
      hasBegun: ({ bytes }: Reply) => bytes > 0,
      leave: (now: Micros, _race: Reply, { provider, inner }: Voicing) => provider.session.cancel(now, inner),
      event: (now: Micros, lane: Lane, event: TtsEvent) => this.#event(now, lane, event),
    };
    this.#races = new Races(runners, factories, policy, hooks);
  }

  start(now: Micros): void {
    this.#races.lanes.start(now);
  }

  stop(now: Micros): void {
    for (const { id } of this.#races.all) this.cancel(now, id);
    this.#races.lanes.stop(now);
  }

  deadline(): Micros | undefined {
    return this.#races.deadline();
  }

  wake(now: Micros): void {
    this.#races.wake(now, (race) => {
      if (race.winner === undefined) this.#ask(now, race, 'deadline');
      else if (race.text.open) this.#ask(now, race, 'stall');
    });
  }

  receive(now: Micros, event: SocketEvent, lane: Lane = 0): void {
    this.#races.lanes.of(lane).session.receive(now, event);
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

  #open(id: number): Reply {
    const nothing = { ended: false, bytes: 0, firstUs: 0, charsSpent: 0 };
    const race: Reply = { ...startOf(id), text: new RecitalText(), ...nothing };
    this.#races.begin(race);
    return race;
  }

  /** Gives what has not sounded to one voice more, if there may be one. */
  #ask(now: Micros, race: Reply, by: Reason): boolean {
    const attempt = this.#races.ask(now, race, by);
    if (attempt === undefined) return false;
    for (const piece of race.text.rest()) this.#say(now, race, attempt, piece);
    if (race.ended && race.live.includes(attempt)) attempt.provider.session.endReply(now, attempt.inner);
    return true;
  }

  #say(now: Micros, race: Reply, attempt: Voicing, text: string): void {
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
    const found = this.#races.find(lane, event.reply);
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
        this.#races.leaveOthers(now, race);
        return this.#finish(now, race);
      case 'failed':
        return this.#failed(now, race, attempt, event.failure, event.fatal);
      default:
        return unreachable(event);
    }
  }

  #audio(now: Micros, race: Reply, attempt: Voicing, pcm: Uint8Array): void {
    if (race.winner !== attempt) {
      attempt.baseUs = this.#positionUs(race);
      this.#races.win(now, race, attempt);
    } else if (race.live.length > 1) this.#races.leaveOthers(now, race);
    if (race.bytes === 0) race.firstUs = now;
    race.bytes += pcm.length;
    this.#watch(now, race);
    const heard = this.#levelling.level(attempt.provider.lane, pcm);
    this.#hooks.event(now, { kind: 'audio', reply: race.id, pcm: heard });
    for (const word of attempt.early.splice(0)) {
      if (race.winner === attempt && this.#races.isOpen(race)) this.#word(now, race, attempt, word);
    }
  }

  #word(now: Micros, race: Reply, { baseUs }: Voicing, word: Word): void {
    race.text.wordVoiced();
    const { text, startUs, endUs } = word;
    const placed = { text, startUs: startUs + baseUs, endUs: endUs + baseUs };
    this.#hooks.event(now, { kind: 'word', reply: race.id, word: placed });
  }

  /** While text is left, the voice may be silent until the audio that there is runs out, and not before. */
  #watch(now: Micros, race: Reply): void {
    if (race.winner === undefined) return;
    const { deadlineUs } = race.winner.provider.first;
    const dryUs = race.firstUs + this.#positionUs(race) - deadlineUs;
    race.nextAt = Math.max(now + this.#policy.stallUs, dryUs);
  }

  #positionUs(race: Reply): Micros {
    return Math.round((race.bytes * 500_000) / this.#rate);
  }

  #failed(now: Micros, race: Reply, attempt: Voicing, failure: Failure, fatal: boolean): void {
    // A vendor that refused has made nothing to be paid for.
    if (race.winner !== attempt) race.charsSpent -= attempt.chars;
    this.#races.failed(now, race, attempt, failure, fatal);
    if (race.live.length === 0 && race.bytes > 0 && !race.text.open) {
      this.#noteRetry(now, failure);
      // All of it has sounded; the end of it is all that was lost.
      return race.ended ? this.#finish(now, race) : undefined;
    }
    if (race.live.length > 0 || this.#ask(now, race, 'failure')) return this.#noteRetry(now, failure);
    if (!this.#races.isOpen(race)) return;
    this.#close(now, race);
    const everyone = this.#races.lanes.all.every(({ dead }) => dead);
    this.#hooks.event(now, { kind: 'failed', reply: race.id, failure, fatal: everyone });
  }

  #finish(now: Micros, race: Reply): void {
    this.#close(now, race);
    this.#hooks.event(now, { kind: 'done', reply: race.id });
  }

  /** A connection is lost: who waited there for a first sound is better served elsewhere. */
  #lost(now: Micros, lane: Lane, failure: Failure, fatal: boolean): void {
    if (this.#races.lanes.lost(now, this.#races.lanes.of(lane), failure, fatal)) {
      return this.#hooks.event(now, { kind: 'failed', reply: undefined, failure, fatal });
    }
    this.#noteRetry(now, failure);
    for (const race of this.#races.all) {
      const waits = race.winner === undefined && race.live.every(({ provider }) => provider.lane === lane);
      if (!waits || !this.#races.isOpen(race)) continue;
      race.failed[lane] += 1;
      this.#ask(now, race, 'failure');
    }
  }

  /** What was given to voices beyond the reply itself is paid for as well. */
  #close(now: Micros, race: Reply): void {
    this.#races.end(race);
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
}

const NO_AUDIO: Failure = { reason: 'malformed', message: 'a reply without any audio', retryable: true };
