// The caller's ear: what was audible when, and which words of the agent's voice were really heard.
// It knows nothing but the samples that reach it, in the order and at the time at which they sound.
import { firstAudible, lastAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { type CallerFact, EAR_QUIET_US } from '#sim/kernel/fact.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import { Player } from './player.ts';
import { type ScannedWord, WordScanner } from './word-scanner.ts';

export type EarHooks = {
  note(fact: CallerFact): void;
  /** The agent became audible after quiet. */
  audible(): void;
  /** It has been quiet for EAR_QUIET_US. */
  quiet(): void;
  /** Whether the caller speaks at this moment: an agent that falls silent now gives way. */
  isSpokenOver(): boolean;
};

/** Sound that was audible so shortly before the player ran dry has broken off; speech ends in silence. */
const BROKEN_OFF_US: Micros = ms(60);
/** What comes later than this after a break is something new. */
const RESUMED_US: Micros = seconds(2);

export class Ear {
  readonly #clock: Clock;
  readonly #hooks: EarHooks;
  readonly #player: Player;
  readonly #scanner: WordScanner;
  readonly #wordEnded: (word: ScannedWord) => void;
  #sounding = false;
  #lastAudibleUs: Micros = 0;
  /** Stream position and time of the first sample of the present run without a gap. */
  #runPosition = 0;
  #runStartUs: Micros = 0;
  #quietTimer = false;
  #dryTimer = false;
  /** When the sound broke off, until it goes on. */
  #brokenOffUs: Micros | undefined;
  #judgedDryUs: Micros = -1;

  constructor(clock: Clock, rate: number, index: EarIndex, hooks: EarHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#player = new Player(rate);
    this.#scanner = new WordScanner(index, rate);
    this.#wordEnded = (word) => this.#word(word);
  }

  /** One chunk of PCM s16le arrives at the client now. */
  hear(pcm: Uint8Array): void {
    const now = this.#clock.now();
    const samples = pcm.length >> 1;
    this.#noticeDry();
    const { startUs, wasDry } = this.#player.queue(now, samples);
    if (wasDry) {
      this.#scanner.stop(this.#wordEnded);
      if (this.#brokenOffUs !== undefined && now - this.#brokenOffUs < RESUMED_US) {
        this.#hooks.note({ t: now, who: 'caller', what: 'underrun' });
      }
      this.#brokenOffUs = undefined;
      this.#runPosition = this.#scanner.position;
      this.#runStartUs = startUs;
    }
    this.#scanner.take(pcm, this.#wordEnded);
    if (!this.#dryTimer) this.#awaitDry();
    this.#listen(pcm, startUs);
  }

  /** A word that breaks off has ended when the sound did, not when somebody noticed. */
  #awaitDry(): void {
    this.#dryTimer = true;
    this.#at(this.#player.dryAtUs + 1, () => {
      this.#dryTimer = false;
      if (this.#clock.now() <= this.#player.dryAtUs) return this.#awaitDry();
      this.#noticeDry();
      this.#scanner.stop(this.#wordEnded);
    });
  }

  /** Judges the end of the sound at the first moment at which it is known, and once. */
  #noticeDry(): void {
    const { dryAtUs } = this.#player;
    if (dryAtUs <= this.#judgedDryUs || this.#clock.now() <= dryAtUs) return;
    this.#judgedDryUs = dryAtUs;
    const brokeOff = dryAtUs - this.#lastAudibleUs < BROKEN_OFF_US && !this.#hooks.isSpokenOver();
    this.#brokenOffUs = brokeOff ? dryAtUs : undefined;
  }

  #listen(pcm: Uint8Array, startUs: Micros): void {
    const first = firstAudible(pcm);
    if (first < 0) return;
    this.#lastAudibleUs = startUs + this.#player.lengthUs(lastAudible(pcm) + 1);
    if (!this.#sounding) {
      this.#sounding = true;
      const arrivedUs = this.#clock.now();
      const atUs = startUs + this.#player.lengthUs(first);
      this.#at(atUs, () => {
        this.#hooks.note({ t: this.#clock.now(), who: 'caller', what: 'ear.audible', atUs, arrivedUs });
        this.#hooks.audible();
      });
    }
    if (!this.#quietTimer) this.#awaitQuiet();
  }

  #awaitQuiet(): void {
    this.#quietTimer = true;
    this.#at(this.#lastAudibleUs + EAR_QUIET_US, () => {
      this.#quietTimer = false;
      const now = this.#clock.now();
      if (now < this.#lastAudibleUs + EAR_QUIET_US) return this.#awaitQuiet();
      this.#sounding = false;
      this.#scanner.stop(this.#wordEnded);
      this.#hooks.note({ t: now, who: 'caller', what: 'ear.quiet', atUs: this.#lastAudibleUs });
      this.#hooks.quiet();
    });
  }

  /** The scanner runs ahead of the ear: the word is stated when its last sample has sounded. */
  #word(word: ScannedWord): void {
    const onsetUs = this.#timeOf(word.startSample);
    const endUs = this.#timeOf(word.startSample + word.played);
    this.#at(endUs, () => {
      const share = word.played / word.samples;
      const t = this.#clock.now();
      this.#hooks.note({ t, who: 'caller', what: 'ear.word', text: word.text, onsetUs, share });
    });
  }

  #timeOf(position: number): Micros {
    return this.#runStartUs + this.#player.lengthUs(position - this.#runPosition);
  }

  #at(time: Micros, run: () => void): void {
    this.#clock.after(Math.max(0, time - this.#clock.now()), run, undefined);
  }
}
