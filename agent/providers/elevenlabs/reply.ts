// One reply on its way through the vendor: the text that may have to be said again, the audio that
// came of it, and the words found in it. It owns the arithmetic of bytes and time; what is sent and
// when is decided by the session.
import type { Word } from '../../core/provider.ts';
import type { Micros } from '../../core/time.ts';
import type { ElevenLabsMessage } from './wire.ts';
import { WordAssembler } from './word.ts';

type Frame = ElevenLabsMessage & { readonly kind: 'frame' };

export class Reply {
  readonly id: number;
  readonly #rate: number;
  /** The context that speaks it; undefined while it waits for a connection or a slot. */
  context: string | undefined;
  /** `close_context` was sent: the vendor's `isFinal` ends the reply. */
  closing = false;
  /** No more text will come. */
  ended = false;
  /** When we give up waiting for audio. */
  guardAt: Micros = Infinity;
  lastSentAt: Micros = 0;
  /** Text not sent yet, and, until its first audio arrives, text that may have to be sent again. */
  #parts: string[] = [];
  #sentCount = 0;
  #chars = 0;
  #bytes = 0;
  #odd: Uint8Array | undefined;
  #words = new WordAssembler();

  constructor(id: number, rate: number) {
    this.id = id;
    this.#rate = rate;
  }

  /** Characters held in memory. */
  get chars(): number {
    return this.#chars;
  }

  get heard(): boolean {
    return this.#bytes > 0;
  }

  get unsent(): boolean {
    return this.#sentCount < this.#parts.length;
  }

  add(text: string): void {
    this.#parts.push(text);
    this.#chars += text.length;
  }

  /** The next part to send, now regarded as sent. */
  next(): string | undefined {
    const text = this.#parts[this.#sentCount];
    if (text === undefined) return undefined;
    this.#sentCount += 1;
    this.#words.part(text);
    if (this.heard) this.#forget();
    return text;
  }

  /** Its context is gone with nothing received: everything is to be said again. */
  rewind(): void {
    this.context = undefined;
    this.closing = false;
    this.#sentCount = 0;
    this.#words = new WordAssembler();
  }

  /** PCM of a frame, whole samples only. Empty when there is none. */
  audio(base64: string): Uint8Array {
    let pcm: Uint8Array = Buffer.from(base64, 'base64');
    if (this.#odd !== undefined) {
      pcm = Buffer.concat([this.#odd, pcm]);
      this.#odd = undefined;
    }
    if (pcm.length % 2 === 1) {
      this.#odd = pcm.slice(-1);
      pcm = pcm.subarray(0, -1);
    }
    this.#bytes += pcm.length;
    if (pcm.length > 0) this.#forget();
    return pcm;
  }

  /** Where the next audio will lie in the reply. */
  positionUs(): Micros {
    return Math.round((this.#bytes * 500_000) / this.#rate);
  }

  /**
   * Words that `frame` completes, its audio having begun at `offsetUs`. The offset counts the audio
   * received, not the durations of former alignments: those leave out the silence between parts, so
   * their sum falls behind what the caller hears, a little more with every part.
   */
  words(frame: Frame, offsetUs: Micros): readonly Word[] {
    if (frame.alignment === undefined && !frame.final) return NONE;
    const words: Word[] = [];
    if (frame.alignment !== undefined) this.#words.take(frame.alignment, offsetUs, words);
    if (frame.final) this.#words.flush(words);
    return words;
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

const NONE: readonly Word[] = [];
