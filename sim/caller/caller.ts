// The simulated user: follows a script of acts, speaks through a microphone, hears with an ear, and
// takes turns as people do, by listening. It learns nothing that does not reach its ear or its
// client, except that the session is ready.
import { assert } from '#agent/core/assert.ts';
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import { type CallerEvent, type CallerFact, EAR_QUIET_US } from '#sim/kernel/fact.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import type { Chance } from '#sim/providers/vendor.ts';
import type { CallerClient, CallerClientHooks } from './client/client.ts';
import { Ear } from './ear.ts';
import type { MixMemory } from './mix-memory.ts';
import { type Moment, ReplyWatch } from './moment.ts';
import { Mouth } from './mouth.ts';
import { type Drop, OutageWatch } from './outage.ts';
import { humanGapUs } from './reaction.ts';
import { Scene } from './scene.ts';
import { type Act, type CallerScript, isMixed, momentOf, spokenText } from './script.ts';
import type { SpeechTable } from './speech-table.ts';
import { bookOf, type Mark } from './utterance.ts';

/** The client's player runs at the stock rate. */
export const PLAYER_RATE = 24_000;
/** How long a person waits for an answer before trying again or going on. */
const PATIENCE_US: Micros = ms(8_000);
/** From a ready session to the first word. */
const SETTLE_US: Micros = ms(600);
const FAREWELL_US: Micros = ms(500);
/** How long somebody who is connected again waits for the agent to go on. */
const RESUME_US: Micros = ms(4_000);
/** The gap before speaking is at least this where the agent may only have been disturbed. */
const LINGER_US: Micros = ms(1_200);

export type CallerOptions = {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly script: CallerScript;
  readonly table: SpeechTable;
  readonly index: EarIndex;
  /** Makes the client that this caller uses. */
  client(hooks: CallerClientHooks): CallerClient;
  /** Breaks the caller's connection; needed where the script has outages. */
  drop?(drop: Drop): void;
  readonly interning: boolean;
  /** Learns what is in the sound of the microphone; needed where the script is mixed (`isMixed`). */
  readonly memory?: MixMemory;
  note(fact: CallerFact): void;
};

export class Caller {
  readonly #options: CallerOptions;
  readonly #client: CallerClient;
  readonly #mouth: Mouth;
  readonly #ear: Ear;
  readonly #scene: Scene | undefined;
  readonly #outages: OutageWatch;
  /** The connection is broken, and the agent has not said yet that it is back. */
  #away = false;
  #act = 0;
  /** What the caller is waiting for before the present act can begin. */
  #waiting: 'ready' | 'answer' | 'end_of_answer' | 'speaking' | 'nothing' = 'ready';
  #timer: Timer | undefined;
  #gone = false;
  /** Of the reply that is being heard. */
  #watch: ReplyWatch | undefined;
  /** Since when the agent can be heard; undefined while it cannot. */
  #audibleUs: Micros | undefined;
  /** How often the present act has been said again, and since when it is being said. */
  #repeats = 0;
  #speakingUs: Micros = 0;

  constructor(options: CallerOptions) {
    const { clock, table, index, interning } = options;
    this.#options = options;
    this.#client = options.client({
      heard: (piece) => {
        if (this.#gone) return;
        this.#ear.hear(piece);
        this.#scene?.heard(piece);
      },
      told: (type) => this.#told(type),
    });
    this.#outages = new OutageWatch(clock, options.script.outages ?? [], (outage, drop) => {
      if (this.#gone) return;
      this.#away = true;
      const { act, during } = outage;
      this.#note({ t: this.#now(), who: 'caller', what: 'dropped', act, during });
      options.drop?.(drop);
    });
    this.#scene = sceneOf(options, () => this.#mouth);
    const hooks = {
      chunk: (pcm: Uint8Array) => this.#client.speak(pcm),
      speaking: (atUs: Micros) => this.#speaking(atUs),
      spoke: (atUs: Micros) => this.#spoke(atUs),
      marked: ({ role, text }: Mark, atUs: Micros, untilUs: Micros) => this.#event(role, atUs, untilUs, text),
    };
    const book = bookOf(table, interning);
    this.#mouth = new Mouth(clock, book, this.#client.micChunkSamples, hooks, this.#scene?.room);
    this.#ear = new Ear(clock, PLAYER_RATE, index, {
      note: (fact) => this.#note(fact),
      audible: (atUs) => this.#audible(atUs),
      quiet: (atUs) => this.#quiet(atUs),
      word: (text) => this.#watch?.heard(text),
      isSpokenOver: () => this.#mouth.busy,
    });
  }

  /** Index of the act that is being played or awaited: the turn that draws are keyed by. */
  get act(): number {
    return this.#act;
  }

  /** The call is over on the caller's side. */
  get gone(): boolean {
    return this.#gone;
  }

  /** What the caller waits for, in words for a failure report. */
  get waitingFor(): string {
    return `act ${this.#act} of ${this.#options.script.acts.length}, waiting for ${this.#waiting}`;
  }

  opened(): void {
    this.#note({ t: this.#now(), who: 'caller', what: 'connected' });
    this.#client.hello();
    this.#mouth.open();
    this.#scene?.act(0);
  }

  closed(code: number, reason: string): void {
    if (this.#gone) return;
    this.#note({ t: this.#now(), who: 'caller', what: 'cut_off', code, reason });
    this.#leave();
  }

  /** The network carries something again. */
  online(): void {
    if (!this.#gone) this.#note({ t: this.#now(), who: 'caller', what: 'online' });
  }

  /** A new connection to the same session stands. */
  returned(): void {
    if (!this.#gone) this.#client.returned();
  }

  #resumed(): void {
    this.#away = false;
    this.#note({ t: this.#now(), who: 'caller', what: 'resumed' });
    // The reply broke off: it should go on, but nobody waits for that for ever.
    const waits = this.#waiting === 'end_of_answer' && this.#audibleUs === undefined;
    if (waits) this.#wait(RESUME_US, () => this.#next());
  }

  #told(type: string): void {
    if (this.#gone) return;
    if (this.#away && (type === 'bot-ready' || type === 'server-message')) this.#resumed();
    if (type === 'error') this.#note({ t: this.#now(), who: 'caller', what: 'told', type });
    if (type !== 'bot-ready' || this.#waiting !== 'ready') return;
    this.#note({ t: this.#now(), who: 'caller', what: 'ready' });
    this.#waiting = 'nothing';
    this.#wait(SETTLE_US, () => this.#perform());
  }

  // --- acts -------------------------------------------------------------------------------------

  #current(): Act | undefined {
    return this.#options.script.acts[this.#act];
  }

  #perform(): void {
    const act = this.#current();
    if (act === undefined || act.kind === 'hang_up') return this.#hangUp(act?.at);
    if (act.kind === 'wait') {
      this.#waiting = 'nothing';
      return this.#wait(ms(act.forMs), () => this.#next());
    }
    this.#waiting = 'speaking';
    this.#mouth.say(this.#options.script.voice, act.parts);
  }

  /** The present act is done; what comes next decides what is listened for. */
  #next(): void {
    this.#act += 1;
    this.#repeats = 0;
    this.#watch?.end();
    this.#watch = undefined;
    this.#scene?.act(this.#act);
    this.#perform();
  }

  #speaking(atUs: Micros): void {
    const act = this.#current();
    if (act === undefined || !('parts' in act)) return;
    const role = act.kind === 'interrupt' ? 'interruption' : 'turn';
    const text = spokenText(act.parts);
    this.#speakingUs = atUs;
    this.#note({ t: this.#now(), who: 'caller', what: 'speaking', atUs, act: this.#act, text, role });
    if (act.kind === 'break_off') this.#wait(ms(act.afterMs), () => this.#hangUp({ afterMs: 0 }));
  }

  #spoke(atUs: Micros): void {
    const act = this.#current();
    this.#note({ t: this.#now(), who: 'caller', what: 'spoke', atUs, act: this.#act });
    if (act?.kind === 'break_off') return;
    if (this.#repeats > 0) this.#event('repetition', this.#speakingUs, atUs, '');
    this.#waiting = 'answer';
    // Whoever repeats a question hears the answer that began meanwhile.
    if (this.#repeats > 0 && this.#audibleUs !== undefined) return this.#hears();
    const insists = act?.kind === 'say' ? act.insists : undefined;
    if (insists === undefined || this.#repeats >= insists.times) {
      return this.#wait(PATIENCE_US, () => this.#gaveUp());
    }
    this.#wait(ms(insists.afterMs), () => {
      this.#repeats += 1;
      this.#perform();
    });
  }

  #audible(atUs: Micros): void {
    this.#audibleUs = atUs;
    const moment = momentOf(this.#following());
    // The agent goes on after a silence that seemed its end: a listener lets it.
    if (this.#waiting === 'end_of_answer' && (moment === undefined || moment.from !== undefined)) {
      return this.#stopWaiting();
    }
    if (this.#waiting === 'answer') this.#hears();
  }

  /** An answer is heard: what is to happen during it is awaited. */
  #hears(): void {
    this.#waiting = 'end_of_answer';
    this.#stopWaiting();
    const watch = new ReplyWatch(this.#options.clock);
    this.#watch = watch;
    const act = this.#current();
    const happenings = act !== undefined && 'meanwhile' in act ? (act.meanwhile ?? []) : [];
    for (const [index, happening] of happenings.entries()) {
      watch.at(happening.at, this.#later(happening.at, index), () => this.#scene?.happen(happening));
    }
    const moment = momentOf(this.#following());
    if (moment === undefined) return;
    const later = this.#later(moment, happenings.length);
    if (moment.from === undefined) return this.#wait(ms(moment.afterMs) + later, () => this.#next());
    watch.at(moment, later, () => this.#next());
  }

  #following(): Act | undefined {
    return this.#options.script.acts[this.#act + 1];
  }

  /** How much later than its moment something begins in this call. */
  #later({ withinMs = 0 }: Moment, index: number): Micros {
    if (withinMs === 0) return 0;
    return ms(withinMs * this.#options.chance.uniform(this.#act, 'caller.moment', String(index)));
  }

  #quiet(atUs: Micros): void {
    if (this.#audibleUs !== undefined) this.#scene?.echoed(this.#audibleUs, atUs);
    this.#audibleUs = undefined;
    // A line that is dead is no end of a reply.
    if (this.#waiting !== 'end_of_answer' || this.#away) return;
    const moment = momentOf(this.#following());
    // An interrupter whose victim has already finished speaks anyway, at the moment it had in mind.
    if (moment !== undefined && moment.from === undefined) return;
    const gapUs = humanGapUs(this.#options.chance.uniform(this.#act, 'caller.gap'));
    const lingerUs = this.#scene?.unsure === true ? LINGER_US : 0;
    this.#wait(Math.max(0, Math.max(gapUs, lingerUs) - EAR_QUIET_US), () => this.#next());
  }

  #gaveUp(): void {
    this.#note({ t: this.#now(), who: 'caller', what: 'gave_up', act: this.#act });
    this.#next();
  }

  /** `at`: in the middle of something, and therefore at once. */
  #hangUp(at?: Moment): void {
    this.#waiting = 'nothing';
    this.#wait(at === undefined ? FAREWELL_US : 0, () => {
      this.#note({ t: this.#now(), who: 'caller', what: 'hung_up' });
      this.#client.leave();
      this.#leave();
    });
  }

  #leave(): void {
    this.#gone = true;
    this.#stopWaiting();
    this.#watch?.end();
    this.#scene?.leave();
    this.#mouth.close();
  }

  // --- time -------------------------------------------------------------------------------------

  #wait(delay: Micros, run: () => void): void {
    this.#stopWaiting();
    this.#timer = this.#options.clock.after(
      delay,
      () => {
        this.#timer = undefined;
        if (!this.#gone) run();
      },
      undefined,
    );
  }

  #stopWaiting(): void {
    if (this.#timer !== undefined) this.#options.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  #now(): Micros {
    return this.#options.clock.now();
  }

  #event(kind: CallerEvent, atUs: Micros, untilUs: Micros, detail: string): void {
    const { act } = this;
    this.#note({ t: this.#now(), who: 'caller', what: 'event', kind, act, atUs, untilUs, detail });
  }

  #note(fact: CallerFact): void {
    this.#options.note(fact);
    this.#outages.saw(fact);
  }
}

/** What else there is to hear where the caller is; undefined where that is nothing. */
function sceneOf(options: CallerOptions, mouth: () => Mouth): Scene | undefined {
  if (!isMixed(options.script)) return undefined;
  const { memory } = options;
  assert(memory !== undefined, 'a caller who is not alone has somebody who remembers what was mixed');
  return new Scene({ ...options, memory }, mouth);
}
