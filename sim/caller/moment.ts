// Moments of a reply, as somebody can name them who hears it: so long after its first sound, after a word
// of it, or so long before its end, which a listener foresees who knows what will be said. A watch
// calls back once for each moment; what has not come when the reply is over never does.
import { type Micros, ms } from '#agent/core/time.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import { spokenForm } from '../providers/phone.ts';
import { Voice } from '../providers/voice.ts';

export type Moment = {
  /** After the first sound of the reply, or after `from`; less than 0 only before an end. */
  readonly afterMs: number;
  /** Up to so much later, drawn anew in every call. */
  readonly withinMs?: number;
  readonly from?:
    | { readonly word: string }
    /** The end of the reply, foreseen: its text, without remembered facts. */
    | { readonly endOf: string };
};

/** The emulated voice speaks at any rate alike; timing needs no finer one. */
const VOICE_RATE = 8_000;

type Anchor = { readonly wordCount: number; readonly delayUs: Micros };

type Awaited = { readonly anchor: Anchor | { readonly word: string; readonly delayUs: Micros }; run(): void };

export class ReplyWatch {
  readonly #clock: Clock;
  #awaited: Awaited[] = [];
  #timers: Timer[] = [];
  #words = 0;
  #over = false;

  /** The reply has just become audible. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `run` at `moment`, `laterUs` later than it says. */
  at(moment: Moment, laterUs: Micros, run: () => void): void {
    const delayUs = ms(moment.afterMs) + laterUs;
    const { from } = moment;
    if (from === undefined) return this.#after(delayUs, run);
    if ('word' in from) {
      this.#awaited.push({ anchor: { word: spokenForm(from.word), delayUs }, run });
      return;
    }
    const anchor = anchorBefore(from.endOf, delayUs);
    if (anchor.wordCount === 0) return this.#after(anchor.delayUs, run);
    this.#awaited.push({ anchor, run });
  }

  /** A word has been heard to its end. */
  heard(word: string): void {
    this.#words += 1;
    const due = this.#awaited.filter(({ anchor }) =>
      'word' in anchor ? anchor.word === word : anchor.wordCount === this.#words,
    );
    this.#awaited = this.#awaited.filter((one) => !due.includes(one));
    for (const { anchor, run } of due) this.#after(anchor.delayUs, run);
  }

  /** The reply is over for this listener. */
  end(): void {
    this.#over = true;
    this.#awaited = [];
    for (const timer of this.#timers) this.#clock.cancel(timer);
    this.#timers = [];
  }

  #after(delayUs: Micros, run: () => void): void {
    const fire = () => {
      if (!this.#over) run();
    };
    this.#timers.push(this.#clock.after(Math.max(0, delayUs), fire, undefined));
  }
}

/** The last word that has ended `aheadUs` (negative) before the end of `text`, and how long after it. */
function anchorBefore(text: string, aheadUs: Micros): Anchor {
  const { words } = new Voice(VOICE_RATE).utterance(text);
  const us = (sample: number): Micros => Math.round((sample * 1_000_000) / VOICE_RATE);
  const first = us(words[0]?.startSample ?? 0);
  const target = us(words.at(-1)?.endSample ?? 0) + aheadUs;
  const wordCount = words.findLastIndex(({ endSample }) => us(endSample) <= target) + 1;
  const from = wordCount === 0 ? first : us(words[wordCount - 1]?.endSample ?? 0);
  return { wordCount, delayUs: Math.max(0, target - from) };
}
