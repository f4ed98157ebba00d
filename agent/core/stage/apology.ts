// The apology by heart: its sound is made once, early in the call, while there is a voice, so that it can be
// played when there is none. It is as a reply of its own that nobody hears; bounded in bytes and in attempts.
// Without it there is nothing to play, and whoever asks is told so.
import { LIMITS } from '../limit.ts';
import type { TtsEvent, TtsSession, Word } from '../provider.ts';
import { speakable } from '../speakable.ts';
import type { Micros } from '../time.ts';

/** Its number at the voice; replies of the conversation count from 1. */
const APOLOGY_REPLY = 0;

/** All of it, in order. */
export type Recording = { readonly pcm: readonly Uint8Array[]; readonly words: readonly Word[] };

type OwnEvent = Extract<TtsEvent, { kind: 'audio' | 'word' | 'done' }>;

export class Apology {
  readonly text: string;
  readonly #session: () => TtsSession;
  #attempts = 0;
  #learning: { readonly pcm: Uint8Array[]; readonly words: Word[]; bytes: number } | undefined;
  #known: Recording | undefined;

  constructor(text: string, session: () => TtsSession) {
    this.text = text;
    this.#session = session;
  }

  /** Undefined until all of it has been heard once. */
  get known(): Recording | undefined {
    return this.#known;
  }

  /** It was tried, and nothing came of it. */
  get owed(): boolean {
    return this.#attempts > 0 && this.#known === undefined && this.#learning === undefined;
  }

  /** A voice is there. Characters given to it; 0 when there is nothing to learn. */
  learn(now: Micros): number {
    const text = speakable(this.text);
    const idle = this.#known === undefined && this.#learning === undefined;
    if (!idle || text === '' || this.#attempts >= LIMITS.apologyAttemptsMax) return 0;
    this.#attempts += 1;
    this.#learning = { pcm: [], words: [], bytes: 0 };
    this.#session().speak(now, this.#number, text);
    // The voice may have failed at once.
    if (this.#learning !== undefined) this.#session().endReply(now, this.#number);
    return text.length;
  }

  /** Whether `reply` is this, and not one of the conversation's. */
  owns(reply: number | undefined): boolean {
    return reply !== undefined && reply <= APOLOGY_REPLY;
  }

  take(now: Micros, event: OwnEvent): void {
    const learning = this.#learning;
    if (learning === undefined || event.reply !== this.#number) return;
    switch (event.kind) {
      case 'audio':
        learning.bytes += event.pcm.length;
        learning.pcm.push(event.pcm);
        if (learning.bytes <= LIMITS.apologyBytesMax) return;
        // Too long to be kept, and so it would be the next time.
        this.#attempts = LIMITS.apologyAttemptsMax;
        this.failed();
        return this.#session().cancel(now, event.reply);
      case 'word':
        if (learning.words.length < LIMITS.replyWordsMax) learning.words.push(event.word);
        return;
      case 'done':
        this.#learning = undefined;
        if (learning.bytes > 0) this.#known = learning;
    }
  }

  failed(): void {
    this.#learning = undefined;
  }

  /** A voice takes a number once: later attempts count down. */
  get #number(): number {
    return APOLOGY_REPLY + 1 - this.#attempts;
  }
}
