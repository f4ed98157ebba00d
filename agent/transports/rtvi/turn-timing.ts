// When the steps of an answer happened, told to a client that asks for it (`watch-turns`) as a server-
// message beside the usual ones. All times count from the end of the caller's speech as the server received
// it. A step that was done on a draft may lie before the end of the turn; one that was not needed is left
// out.
import type { Frame } from '../../core/frame.ts';
import { type Micros, toMs } from '../../core/time.ts';

/** `t` of the request, answered `{}`: from then on every answer is told as a `TurnTiming`. */
export const WATCH_TURNS = 'watch-turns';

export type TurnTiming = {
  readonly type: 'turn-timing';
  /** Counted from 1: the caller's turns, the agent's replies. */
  readonly turn: number;
  readonly reply: number;
  /** Milliseconds after the caller's last sound. */
  readonly ms: Readonly<Partial<Record<Step, number>>>;
};

/**
 * `transcript`: the words were settled. `decided`: the turn was over. `asked`, `token`: the model was asked,
 * and began to answer. `voiced`, `audio`: the voice got its first words, and gave its first audio. `spoke`:
 * the first packet of the answer went to the client.
 */
export type Step = 'transcript' | 'decided' | 'asked' | 'token' | 'voiced' | 'audio' | 'spoke';

/** Drafts that are thrown away take no leave: only the latest replies are kept. */
const REPLIES_KEPT = 4;

export class TurnClock {
  readonly #tell: (timing: TurnTiming) => void;
  readonly #steps = new Map<number, Map<Step, Micros>>();
  #silentUs: Micros | undefined;
  #transcriptUs: Micros | undefined;
  #turn = 0;
  #told = 0;

  constructor(tell: (timing: TurnTiming) => void) {
    this.#tell = tell;
  }

  observe(now: Micros, frame: Frame): void {
    switch (frame.kind) {
      case 'VadUserStoppedSpeaking':
        this.#silentUs = frame.atUs;
        return;
      case 'Transcription':
        this.#transcriptUs = now;
        return;
      case 'UserStoppedSpeaking':
        if (!frame.answer) return;
        this.#turn = frame.turn;
        return this.#step(now, frame.reply, 'decided');
      case 'LlmMessages':
        return this.#step(now, frame.reply, 'asked');
      case 'LlmText':
        return this.#step(now, frame.reply, 'token');
      case 'TtsStarted':
        return this.#step(now, frame.reply, 'voiced');
      case 'TtsAudio':
        return this.#step(now, frame.reply, 'audio');
      case 'BotStartedSpeaking':
        this.#step(now, frame.reply, 'spoke');
        return this.#report(frame.reply);
      default: // Nothing that an answer waits for.
    }
  }

  /** The first time counts. */
  #step(now: Micros, reply: number, step: Step): void {
    const steps = this.#steps.get(reply) ?? new Map<Step, Micros>();
    if (!steps.has(step)) steps.set(step, now);
    this.#steps.set(reply, steps);
    if (this.#steps.size > REPLIES_KEPT) this.#steps.delete(Math.min(...this.#steps.keys()));
  }

  /** Once for each answer. What the agent says of its own accord answers nothing. */
  #report(reply: number): void {
    const steps = this.#steps.get(reply);
    const silentUs = this.#silentUs;
    if (reply <= this.#told || silentUs === undefined || steps?.has('decided') !== true) return;
    this.#told = reply;
    // What is typed next has no end of speech.
    this.#silentUs = undefined;
    const transcriptUs = this.#transcriptUs;
    const all = [...steps, ...(transcriptUs === undefined ? [] : [['transcript', transcriptUs] as const])];
    const ms = Object.fromEntries(all.map(([step, at]) => [step, Math.round(toMs(at - silentUs))]));
    this.#tell({ type: 'turn-timing', turn: this.#turn, reply, ms });
  }
}
