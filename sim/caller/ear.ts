// The caller's ear: what was audible when, and which words of the agent's voice were really heard.
// It knows nothing but the samples that reach it, in the order and at the time at which they sound.
import { firstAudible, lastAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { type CallerFact, EAR_QUIET_US } from '#sim/kernel/fact.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';
import type { HeardPiece } from './client/client.ts';
import { lengthUs } from './client/player.ts';
import { type ScannedWord, WordScanner } from './word-scanner.ts';

export type EarHooks = {
  note(fact: CallerFact): void;
  /** The agent became audible after quiet, at `atUs`. */
  audible(atUs: Micros): void;
  /** It has been quiet for EAR_QUIET_US, since `atUs`. */
  quiet(atUs: Micros): void;
  /** A word has sounded for the first time, as it is spoken. */
  word?(text: string): void;
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
  readonly #rate: number;
  readonly #scanner: WordScanner;
  readonly #wordEnded: (word: ScannedWord) => void;
  #sounding = false;
  #lastAudibleUs: Micros = 0;
  /** Stream position and time of the first sample of the present run without a gap. */
  #runPosition = 0;
  #runStartUs: Micros = 0;
  #quietTimer = false;
  /** Before the first sound there is nothing that could have broken off. */
  #dryAtUs: Micros = -1;
  #dryTimer = false;
  /** Of the last word that was stated. */
  #onsetUs: Micros = 0;
  /** When the sound broke off, until it goes on. */
  #brokenOffUs: Micros | undefined;
  #judgedDryUs: Micros = -1;

  constructor(clock: Clock, rate: number, index: EarIndex, hooks: EarHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#rate = rate;
    this.#scanner = new WordScanner(index, rate);
    this.#wordEnded = (word) => this.#word(word);
  }

  /** A piece of audio sounds, or is certain to sound at its time. */
  hear(piece: HeardPiece): void {
    const { pcm, sent = pcm, startUs, continues, damagedSamples, addedSamples } = piece;
    this.#noticeDry();
    if (!continues) {
      this.#scanner.stop(this.#wordEnded);
      if (this.#brokenOffUs !== undefined && startUs - this.#brokenOffUs < RESUMED_US) {
        this.#hooks.note({ t: this.#clock.now(), who: 'caller', what: 'underrun' });
      }
      this.#brokenOffUs = undefined;
      this.#runPosition = this.#scanner.position;
      this.#runStartUs = startUs;
    }
    this.#scanner.take(sent, this.#wordEnded, damagedSamples, addedSamples);
    this.#dryAtUs = startUs + lengthUs(pcm.length >> 1, this.#rate);
    this.#listen(piece);
    // In the silence of a stream that never stops there is nothing that could break off either.
    if (!this.#dryTimer && (this.#sounding || !this.#scanner.settled)) this.#awaitDry();
  }

  /** A word that breaks off has ended when the sound did, not when somebody noticed. */
  #awaitDry(): void {
    this.#dryTimer = true;
    this.#at(this.#dryAtUs + 1, this.#ranDry);
  }

  readonly #ranDry = (): void => {
    this.#dryTimer = false;
    if (this.#clock.now() <= this.#dryAtUs) return this.#awaitDry();
    this.#noticeDry();
    if (!this.#scanner.settled) this.#scanner.stop(this.#wordEnded);
  };

  /** Judges the end of the sound at the first moment at which it is known, and once. */
  #noticeDry(): void {
    const dryAtUs = this.#dryAtUs;
    if (dryAtUs === 0 || dryAtUs <= this.#judgedDryUs || this.#clock.now() <= dryAtUs) return;
    this.#judgedDryUs = dryAtUs;
    const brokeOff = dryAtUs - this.#lastAudibleUs < BROKEN_OFF_US && !this.#hooks.isSpokenOver();
    this.#brokenOffUs = brokeOff ? dryAtUs : undefined;
  }

  #listen({ pcm, startUs, arrivedUs }: HeardPiece): void {
    const first = firstAudible(pcm);
    if (first < 0) return;
    this.#lastAudibleUs = startUs + lengthUs(lastAudible(pcm) + 1, this.#rate);
    if (!this.#sounding) {
      this.#sounding = true;
      const atUs = startUs + lengthUs(first, this.#rate);
      this.#at(atUs, () => {
        this.#hooks.note({ t: this.#clock.now(), who: 'caller', what: 'ear.audible', atUs, arrivedUs });
        this.#hooks.audible(atUs);
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
      this.#hooks.quiet(this.#lastAudibleUs);
    });
  }

  /** The scanner runs ahead of the ear: the word is stated when its last sample has sounded. */
  #word(word: ScannedWord): void {
    const onsetUs = word.resumed ? this.#onsetUs : this.#timeOf(word.startSample);
    const endUs = this.#timeOf(word.endSample);
    this.#onsetUs = onsetUs;
    this.#at(endUs, () => {
      const share = word.played / word.samples;
      const t = this.#clock.now();
      this.#hooks.note({ t, who: 'caller', what: 'ear.word', text: word.text, onsetUs, share });
      if (!word.resumed) this.#hooks.word?.(word.text);
    });
  }

  #timeOf(position: number): Micros {
    return this.#runStartUs + lengthUs(position - this.#runPosition, this.#rate);
  }

  #at(time: Micros, run: () => void): void {
    this.#clock.after(Math.max(0, time - this.#clock.now()), run, undefined);
  }
}
