// One reply on its way through the voice: text in parts, each part's audio between two flushes, and the
// estimate of where its words lie. Text is kept until its audio has come, in case it must be said again.
import type { Word } from '../../core/provider.ts';
import type { Micros } from '../../core/time.ts';
import { SampleJoiner } from '../sample-joiner.ts';
import { spreadWords, wordsWithin } from '../word-estimate.ts';

export class Recitation {
  readonly id: number;
  readonly #rate: number;
  /** No more text will come. */
  ended = false;
  /** When we give up waiting for audio. */
  guardAt: Micros = Infinity;
  lastSentAt: Micros = 0;
  readonly #joiner = new SampleJoiner();
  /** Not yet sent. */
  #waiting: string[] = [];
  /** Sent since the last flush. */
  #open: string[] = [];
  /** One text per flush that is not answered. */
  #flushing: string[] = [];
  #bytes = 0;
  /** Where the audio of the oldest flush begins. */
  #partBytes = 0;

  constructor(id: number, rate: number) {
    this.id = id;
    this.#rate = rate;
  }

  /** Characters held in memory. */
  get chars(): number {
    return [...this.#waiting, ...this.#open, ...this.#flushing].reduce((sum, { length }) => sum + length, 0);
  }

  get heard(): boolean {
    return this.#bytes > 0;
  }

  /** Something was sent to be spoken and is not over. */
  get isUnderWay(): boolean {
    return this.#open.length + this.#flushing.length > 0;
  }

  /** Text was sent that no flush has forced out yet. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  get isDone(): boolean {
    return this.ended && this.#waiting.length === 0 && !this.isUnderWay;
  }

  add(text: string): void {
    this.#waiting.push(text);
  }

  /** The next part to send, now regarded as sent. */
  next(): string | undefined {
    const text = this.#waiting.shift();
    if (text !== undefined) this.#open.push(text);
    return text;
  }

  /** A flush was sent for what is open. */
  flush(): void {
    this.#flushing.push(this.#open.join(' '));
    this.#open = [];
  }

  audio(data: Uint8Array): Uint8Array {
    const pcm = this.#joiner.push(data);
    this.#bytes += pcm.length;
    return pcm;
  }

  /** All audio of the oldest flush has come: its words. */
  flushed(): readonly Word[] {
    const text = this.#flushing.shift();
    const from = this.#us(this.#partBytes);
    this.#partBytes = this.#bytes;
    return text === undefined ? [] : spreadWords(text, from, this.#us(this.#bytes));
  }

  /** It breaks off here: the words that were spoken, as far as can be told. */
  brokenOff(): readonly Word[] {
    const text = [...this.#flushing, ...this.#open].join(' ');
    return wordsWithin(text, this.#us(this.#partBytes), this.#us(this.#bytes));
  }

  /** Its connection is gone with nothing received: everything is to be said again. */
  rewind(): void {
    this.#waiting = [...this.#flushing, ...this.#open, ...this.#waiting];
    this.#flushing = [];
    this.#open = [];
  }

  #us(bytes: number): Micros {
    return Math.round((bytes * 500_000) / this.#rate);
  }
}
