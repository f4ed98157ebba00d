// One reply on its way through Sonic: its text, the context that speaks it now, and where in the reply that
// context's audio and words lie. A reply may take several contexts one after another, because a context
// expires a second after its last audio; what was sent to one that made no sound may be sent again.
import type { Word } from '../../core/provider.ts';
import type { Micros } from '../../core/time.ts';
import { SampleJoiner } from '../sample-joiner.ts';

export class Spoken {
  readonly id: number;
  readonly #rate: number;
  /** The context that speaks it; undefined while it waits for a connection, for text or for its turn. */
  context: string | undefined;
  /** The context was told that no more text comes: the vendor's `done` ends it. */
  closing = false;
  /** No more text will come for the reply. */
  ended = false;
  /** When we give up waiting for audio or for `done`. */
  guardAt: Micros = Infinity;
  /** When the context, having said all, is ended for want of text. */
  quietAt: Micros = Infinity;
  /** Refused for now: no context is opened before this. */
  retryAt: Micros = 0;
  attempts = 0;
  lastSentAt: Micros = 0;
  /** Text not sent yet, and, until its context is heard, text that may have to be sent again. */
  #parts: string[] = [];
  #sentCount = 0;
  #chars = 0;
  /** PCM of the whole reply, and of that what lies before the present context. */
  #bytes = 0;
  #base = 0;
  #wordEndUs: Micros = 0;
  #joiner = new SampleJoiner();

  constructor(id: number, rate: number) {
    this.id = id;
    this.#rate = rate;
  }

  /** Characters held in memory. */
  get chars(): number {
    return this.#chars;
  }

  /** The present context has made a sound. */
  get heard(): boolean {
    return this.#bytes > this.#base;
  }

  get unsent(): boolean {
    return this.#sentCount < this.#parts.length;
  }

  add(text: string): void {
    this.#parts.push(text);
    this.#chars += text.length;
  }

  begin(context: string): void {
    this.context = context;
    this.closing = false;
    this.#base = this.#bytes;
    this.#joiner = new SampleJoiner();
  }

  /** The next part to send, now regarded as sent. */
  next(): string | undefined {
    const text = this.#parts[this.#sentCount];
    if (text === undefined) return undefined;
    this.#sentCount += 1;
    if (this.heard) this.#forget();
    return text;
  }

  /** Its context is gone without a sound: all that went to it is to be said again. */
  rewind(): void {
    this.context = undefined;
    this.closing = false;
    this.quietAt = Infinity;
    this.#sentCount = 0;
  }

  /** Its context said everything it was given. */
  finish(): void {
    this.#forget();
    this.context = undefined;
    this.closing = false;
    this.guardAt = this.quietAt = Infinity;
  }

  /** PCM of a chunk, whole samples only. Empty when there is none. */
  audio(base64: string): Uint8Array {
    const pcm = this.#joiner.push(Buffer.from(base64, 'base64'));
    this.#bytes += pcm.length;
    if (pcm.length > 0) this.#forget();
    return pcm;
  }

  /** `word` of the present context, at its place in the reply. Never back in time, whatever is said. */
  placed({ text, startUs, endUs }: Word): Word {
    const offsetUs = Math.round((this.#base * 500_000) / this.#rate);
    const start = Math.max(this.#wordEndUs, offsetUs + startUs);
    this.#wordEndUs = Math.max(start, offsetUs + endUs);
    return { text, startUs: start, endUs: this.#wordEndUs };
  }

  /** Text that was sent and is heard is never sent again. */
  #forget(): void {
    if (this.#sentCount === 0) return;
    this.#parts = this.#parts.slice(this.#sentCount);
    this.#sentCount = 0;
    this.#chars = 0;
    for (const part of this.#parts) this.#chars += part.length;
  }
}
