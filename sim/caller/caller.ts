// The simulated user: follows a script of acts, speaks through a microphone, hears with an ear, and
// takes turns as people do, by listening. It learns nothing that does not reach its ear or its
// client, except that the session is ready.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import { type CallerFact, EAR_QUIET_US } from '#sim/kernel/fact.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import type { Chance } from '#sim/providers/vendor.ts';
import type { CallerClient, CallerClientHooks } from './client/client.ts';
import { Ear } from './ear.ts';
import { Mouth } from './mouth.ts';
import { humanGapUs } from './reaction.ts';
import { type Act, type CallerScript, spokenText } from './script.ts';
import type { SpeechTable } from './speech-table.ts';
import { bookOf } from './utterance.ts';

/** The client's player runs at the stock rate. */
export const PLAYER_RATE = 24_000;
/** How long a person waits for an answer before trying again or going on. */
const PATIENCE_US: Micros = ms(8_000);
/** From a ready session to the first word. */
const SETTLE_US: Micros = ms(600);
const FAREWELL_US: Micros = ms(500);

export type CallerOptions = {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly script: CallerScript;
  readonly table: SpeechTable;
  readonly index: EarIndex;
  /** Makes the client that this caller uses. */
  client(hooks: CallerClientHooks): CallerClient;
  readonly interning: boolean;
  note(fact: CallerFact): void;
};

export class Caller {
  readonly #options: CallerOptions;
  readonly #client: CallerClient;
  readonly #mouth: Mouth;
  readonly #ear: Ear;
  #act = 0;
  /** What the caller is waiting for before the present act can begin. */
  #waiting: 'ready' | 'answer' | 'end_of_answer' | 'speaking' | 'nothing' = 'ready';
  #timer: Timer | undefined;
  #gone = false;

  constructor(options: CallerOptions) {
    const { clock, table, index, interning } = options;
    this.#options = options;
    this.#client = options.client({
      heard: (piece) => {
        if (!this.#gone) this.#ear.hear(piece);
      },
      told: (type) => this.#told(type),
    });
    this.#mouth = new Mouth(clock, bookOf(table, interning), this.#client.micChunkSamples, {
      chunk: (pcm) => this.#client.speak(pcm),
      speaking: (atUs) => this.#speaking(atUs),
      spoke: (atUs) => this.#spoke(atUs),
    });
    this.#ear = new Ear(clock, PLAYER_RATE, index, {
      note: options.note,
      audible: () => this.#audible(),
      quiet: () => this.#quiet(),
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
  }

  closed(code: number, reason: string): void {
    if (this.#gone) return;
    this.#note({ t: this.#now(), who: 'caller', what: 'cut_off', code, reason });
    this.#leave();
  }

  #told(type: string): void {
    if (this.#gone) return;
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
    if (act === undefined || act.kind === 'hang_up') return this.#hangUp();
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
    this.#perform();
  }

  #speaking(atUs: Micros): void {
    const act = this.#current();
    if (act === undefined || !('parts' in act)) return;
    const role = act.kind === 'interrupt' ? 'interruption' : 'turn';
    const text = spokenText(act.parts);
    this.#note({ t: this.#now(), who: 'caller', what: 'speaking', atUs, act: this.#act, text, role });
  }

  #spoke(atUs: Micros): void {
    this.#note({ t: this.#now(), who: 'caller', what: 'spoke', atUs, act: this.#act });
    this.#waiting = 'answer';
    this.#wait(PATIENCE_US, () => this.#gaveUp());
  }

  #audible(): void {
    const following = this.#options.script.acts[this.#act + 1];
    const interrupts = following?.kind === 'interrupt';
    // The agent goes on after a silence that seemed its end: a listener lets it.
    if (this.#waiting === 'end_of_answer' && !interrupts) return this.#stopWaiting();
    if (this.#waiting !== 'answer') return;
    this.#waiting = 'end_of_answer';
    if (interrupts) return this.#wait(ms(following.afterMs), () => this.#next());
    this.#stopWaiting();
  }

  #quiet(): void {
    if (this.#waiting !== 'end_of_answer') return;
    const following = this.#options.script.acts[this.#act + 1];
    // An interrupter whose victim has already finished speaks anyway, at the moment it had in mind.
    if (following?.kind === 'interrupt') return;
    const gapUs = humanGapUs(this.#options.chance.uniform(this.#act, 'caller.gap'));
    this.#wait(Math.max(0, gapUs - EAR_QUIET_US), () => this.#next());
  }

  #gaveUp(): void {
    this.#note({ t: this.#now(), who: 'caller', what: 'gave_up', act: this.#act });
    this.#next();
  }

  #hangUp(): void {
    this.#waiting = 'nothing';
    this.#wait(FAREWELL_US, () => {
      this.#note({ t: this.#now(), who: 'caller', what: 'hung_up' });
      this.#client.leave();
      this.#leave();
    });
  }

  #leave(): void {
    this.#gone = true;
    this.#stopWaiting();
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

  #note(fact: CallerFact): void {
    this.#options.note(fact);
  }
}
