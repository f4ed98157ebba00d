// Two recognisers as one. The first hears the caller; the other hears the same again from the beginning of
// the utterance when the first fails or its final transcript is late (or hears everything, when it is kept
// warm), and the first to settle an utterance is believed. Nothing is told twice.
import { unreachable } from '../assert.ts';
import type { Failure } from '../failure.ts';
import { LIMITS } from '../limit.ts';
import type { SttEvent, SttFactory, SttHooks, SttSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import type { Lane, SocketEvent } from '../wire.ts';
import { nameOf } from './attempt.ts';
import { KeptAudio } from './kept-audio.ts';
import { type LaneSet, lanesOf, type Provider } from './lane-set.ts';
import type { HedgePolicy } from './policy.ts';
import { unsaid } from './unsaid.ts';

export type SttHedge = HedgePolicy & {
  /** Both hear everything: twice the price, and no replay to wait for. */
  readonly warm: boolean;
};

/** `primary` and `second` behind one session, both hearing PCM s16le mono at `rate` Hz. */
export const hedgedStt =
  (primary: SttFactory, second: SttFactory, policy: SttHedge, rate: number): SttFactory =>
  (hooks) =>
    new HedgedStt([primary, second], policy, rate, hooks);

/** What one recogniser has been told and still owes. */
type Ear = {
  readonly provider: Provider<SttSession>;
  /** It hears the audio as it comes. */
  fed: boolean;
  /** It was asked about the present question, and when. */
  racing: boolean;
  /** It failed since: an answer of nothing is none. */
  ailing: boolean;
  askedUs: Micros;
  /** What it said of the audio that is kept. */
  texts: string[];
  /** It has heard something since it was last asked. */
  unasked: boolean;
  /** A `finalize` of it is not answered. */
  owes: boolean;
  /** What it still says is about audio that was settled elsewhere. */
  stale: boolean;
};

class HedgedStt implements SttSession {
  readonly #policy: SttHedge;
  readonly #rate: number;
  readonly #hooks: SttHooks;
  readonly #lanes: LaneSet<SttSession>;
  readonly #ears: readonly [Ear, Ear];
  readonly #kept: KeptAudio;
  #active: Lane = 0;
  /** A question is open: where the audio stood, and when the next one is asked. */
  #question: { readonly at: number; nextAt: Micros } | undefined;
  /** Told of the audio that is kept. */
  #told: string[] = [];
  /** Heard by more than one. */
  #bytesTwice = 0;
  /** The last one. */
  #failure = UNANSWERED;

  constructor(factories: readonly [SttFactory, SttFactory], policy: SttHedge, rate: number, hooks: SttHooks) {
    this.#policy = policy;
    this.#rate = rate;
    this.#hooks = hooks;
    this.#kept = new KeptAudio(Math.round((LIMITS.sttBacklogUsMax * rate) / 500_000));
    this.#lanes = lanesOf({ stage: 'stt', policy }, factories, hooks, (now, lane, event) =>
      this.#event(now, this.#ears[lane], event),
    );
    const [first, second] = this.#lanes.all;
    this.#ears = [earOf(first, true), earOf(second, policy.warm)];
  }

  start(now: Micros): void {
    this.#lanes.start(now);
  }

  stop(now: Micros): void {
    this.#billTwice(now);
    this.#lanes.stop(now);
  }

  deadline(): Micros | undefined {
    const at = Math.min(this.#lanes.deadline(), this.#question?.nextAt ?? Infinity);
    return at === Infinity ? undefined : at;
  }

  wake(now: Micros): void {
    this.#lanes.wake(now);
    if (this.#question === undefined || now < this.#question.nextAt) return;
    this.#question.nextAt = Infinity;
    this.#askOther(now, 'deadline');
  }

  receive(now: Micros, event: SocketEvent, lane: Lane = 0): void {
    this.#lanes.of(lane).session.receive(now, event);
  }

  sendAudio(now: Micros, pcm: Uint8Array): void {
    if (pcm.length === 0) return;
    // Between two utterances nobody has heard anything that the other has not.
    if (this.#kept.isEmpty && this.#question === undefined) this.#choose();
    this.#kept.push(pcm);
    let hearing = 0;
    for (const ear of this.#ears) {
      if (!ear.fed) continue;
      hearing += 1;
      ear.unasked = true;
      ear.provider.session.sendAudio(now, pcm);
    }
    this.#bytesTwice += Math.max(0, hearing - 1) * pcm.length;
  }

  finalize(now: Micros): void {
    const { deadlineUs } = this.#ears[this.#active].provider.first;
    this.#question = { at: this.#kept.end, nextAt: now + deadlineUs };
    for (const ear of this.#ears) ear.racing = false;
    const asks = (ears: readonly Ear[]) => {
      for (const ear of ears) if (this.#question !== undefined) this.#ask(now, ear);
    };
    const able = this.#ears.filter(({ stale, provider }) => !stale && !provider.dead);
    asks(able.filter(({ fed, ailing }) => fed && !ailing));
    const question = this.#question;
    if (question === undefined || this.#ears.some(({ racing }) => racing)) return;
    // Nobody has heard all of it without a failure: whoever can hear it again is asked, or who is left.
    const [first] = this.#ears;
    if (this.#ears.every(({ provider }) => provider.dead)) this.#settleInVain(now, first);
    else if (this.#ears.some(({ stale, ailing, provider }) => !provider.dead && (stale || !ailing))) {
      question.nextAt = now;
    } else for (const ear of able) this.#replay(now, ear);
  }

  #ask(now: Micros, ear: Ear): void {
    if (this.#question === undefined) return;
    ear.racing = true;
    ear.ailing = false;
    ear.unasked = false;
    ear.owes = true;
    ear.askedUs = now;
    ear.provider.session.finalize(now);
  }

  /** Lets the other recogniser hear what is not settled, and asks it the open question, if there is one. */
  #askOther(now: Micros, by: 'deadline' | 'failure'): void {
    const isFree = ({ racing, stale, ailing, provider }: Ear) =>
      !racing && !stale && !ailing && !provider.dead;
    const other = this.#ears.find(isFree);
    if (other === undefined) return this.#settleWithoutHope(now, this.#ears[this.#active]);
    const named = { reply: 0, by, provider: nameOf(other.provider.lane) } as const;
    this.#hooks.note?.(now, { what: 'hedged', stage: 'stt', ...named });
    this.#replay(now, other);
  }

  #replay(now: Micros, ear: Ear): void {
    const { session } = ear.provider;
    const at = this.#question?.at;
    let due = at !== undefined;
    const repeats = !ear.fed;
    ear.fed = true;
    if (repeats) ear.texts = [];
    for (const piece of this.#kept.pieces) {
      if (due && piece.at >= (at ?? 0)) {
        due = false;
        this.#ask(now, ear);
      }
      if (!repeats) continue;
      ear.unasked = true;
      session.sendAudio(now, piece.pcm);
      this.#bytesTwice += piece.pcm.length;
    }
    if (due) this.#ask(now, ear);
  }

  #event(now: Micros, ear: Ear, event: SttEvent): void {
    const isActive = ear.provider.lane === this.#active;
    switch (event.kind) {
      case 'ready':
        if (ear.provider.breaker.state === 'half_open') ear.provider.breaker.succeeded(now);
        return isActive ? this.#hooks.event(now, event) : undefined;
      case 'interim':
      case 'signal':
        return isActive && !ear.stale ? this.#hooks.event(now, event) : undefined;
      case 'final':
        return this.#final(now, ear, event.text);
      case 'finalized':
        return this.#finalized(now, ear);
      case 'failed':
        return this.#failed(now, ear, event.failure, event.fatal);
      default:
        return unreachable(event);
    }
  }

  #final(now: Micros, ear: Ear, text: string): void {
    if (ear.stale) return;
    const alone = this.#ears.every((other) => other === ear || !other.racing);
    ear.texts.push(text);
    const isHeard = this.#question === undefined ? ear.provider.lane === this.#active : alone;
    if (!isHeard) return;
    const fresh = unsaid(this.#told.join(' '), ear.texts.join(' '));
    if (fresh === '') return;
    this.#told.push(fresh);
    this.#hooks.event(now, { kind: 'final', text: fresh });
  }

  #finalized(now: Micros, ear: Ear): void {
    ear.owes = false;
    if (ear.stale) {
      ear.stale = false;
      // It was needed while it was behind.
      if (this.#question !== undefined && !this.#ears.some(({ racing }) => racing)) this.#replay(now, ear);
      return;
    }
    if (this.#question === undefined || !ear.racing) return;
    if (ear.ailing) {
      ear.racing = false;
      // What it could not answer it may still hold, and say some time.
      ear.unasked = true;
      return this.#settleWithoutHope(now, ear);
    }
    this.#settle(now, ear, this.#question.at);
  }

  /** `ear` has answered the open question. */
  #settle(now: Micros, ear: Ear, at: number): void {
    const { provider } = ear;
    const others = this.#ears.filter((other) => other !== ear);
    const raced = others.some(({ racing }) => racing) || provider.lane !== this.#active;
    const text = unsaid(this.#told.join(' '), ear.texts.join(' '));
    provider.first.took(now - ear.askedUs);
    if (!provider.dead) provider.breaker.succeeded(now);
    this.#question = undefined;
    this.#told = [];
    this.#kept.settled(at);
    if (raced) {
      this.#hooks.note?.(now, { what: 'hedge.won', stage: 'stt', reply: 0, by: nameOf(provider.lane) });
    }
    for (const other of others) if (other.racing) this.#outrun(now, other, ear);
    for (const one of this.#ears) {
      one.racing = false;
      one.ailing = false;
      one.texts = [];
    }
    this.#active = provider.lane;
    this.#rest(now, ear);
    this.#billTwice(now);
    if (text !== '') this.#hooks.event(now, { kind: 'final', text });
    this.#hooks.event(now, { kind: 'finalized' });
  }

  #outrun(now: Micros, other: Ear, winner: Ear): void {
    if (other.askedUs >= winner.askedUs) return;
    other.provider.first.took(now - other.askedUs);
    other.provider.breaker.outrun(now);
  }

  /**
   * Who is not listened to does not go on hearing, and is asked to be done with what it has heard. Kept
   * warm, it goes on when it is done already.
   */
  #rest(now: Micros, winner: Ear): void {
    for (const ear of this.#ears) {
      if (ear === winner || !ear.fed) continue;
      if (this.#policy.warm && !ear.unasked && !ear.owes) continue;
      ear.fed = false;
      if (ear.unasked && !ear.provider.dead) {
        ear.unasked = false;
        ear.owes = true;
        ear.stale = true;
        ear.provider.session.finalize(now);
      }
      ear.stale = ear.owes;
    }
  }

  /** At the beginning of an utterance: who is to hear it. */
  #choose(): void {
    const fit = ({ provider, stale }: Ear) => !provider.dead && !stale && provider.breaker.state !== 'open';
    const [first, second] = this.#ears;
    const best = fit(first) || !fit(second) ? first : second;
    this.#active = best.provider.lane;
    for (const ear of this.#ears) {
      ear.fed = !ear.provider.dead && (ear === best || (this.#policy.warm && !ear.stale));
    }
  }

  #failed(now: Micros, ear: Ear, failure: Failure, fatal: boolean): void {
    const { provider } = ear;
    this.#failure = failure;
    const needed =
      this.#question === undefined ? provider.lane === this.#active && !this.#kept.isEmpty : ear.racing;
    ear.ailing ||= ear.fed || ear.racing;
    // It will hear again from the beginning of an utterance, or not at all.
    if (fatal) ear.fed = ear.unasked = ear.racing = ear.owes = ear.stale = false;
    if (this.#lanes.lost(now, provider, failure, fatal)) {
      this.#hooks.event(now, { kind: 'failed', failure, fatal });
      if (this.#question !== undefined) this.#settle(now, ear, this.#question.at);
      return;
    }
    this.#hooks.note?.(now, { what: 'retry', stage: 'stt', reason: failure.reason, delayUs: 0 });
    if (needed && this.#ears.every((other) => other === ear || !other.racing)) this.#takeOver(now, ear);
    if (fatal) this.#settleWithoutHope(now, ear);
  }

  /** Nobody is left who could answer the open question: it is answered with what there is. */
  #settleWithoutHope(now: Micros, ear: Ear): void {
    if (this.#question === undefined) return;
    const hope = ({ racing, stale, provider }: Ear) => racing || (stale && !provider.dead);
    if (!this.#ears.some(hope)) this.#settleInVain(now, ear);
  }

  /** It is no answer, and said to be none. */
  #settleInVain(now: Micros, ear: Ear): void {
    this.#hooks.event(now, { kind: 'failed', failure: this.#failure, fatal: false });
    if (this.#question !== undefined) this.#settle(now, ear, this.#question.at);
  }

  /** The other recogniser goes on for one that was lost in the middle of an utterance. */
  #takeOver(now: Micros, lost: Ear): void {
    const other = this.#ears[lost.provider.lane === 0 ? 1 : 0];
    if (other.provider.dead || other.stale || other.ailing) return;
    this.#askOther(now, 'failure');
    if (this.#question !== undefined) return;
    this.#active = other.provider.lane;
    this.#rest(now, other);
  }

  #billTwice(now: Micros): void {
    const us = Math.round((this.#bytesTwice * 500_000) / this.#rate);
    this.#bytesTwice = 0;
    if (us > 0) this.#hooks.note?.(now, { what: 'usage.stt', us, wasted: true });
  }
}

const UNANSWERED: Failure = { reason: 'timeout', message: 'no recogniser has answered', retryable: true };

const earOf = (provider: Provider<SttSession>, fed: boolean): Ear => ({
  provider,
  fed,
  racing: false,
  ailing: false,
  askedUs: 0,
  texts: [],
  unasked: false,
  owes: false,
  stale: false,
});
