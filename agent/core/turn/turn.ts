// Who has the floor. The simplest correct policy: a pause of speech asks for the final transcript,
// and the turn is committed when that text is here and the pause has lasted; speech before then
// continues the turn; speech while a reply is being made or spoken stops that reply at once.
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { TurnSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';

/** `run`: to be answered now. `speak`: with voice. */
export type TypedText = { readonly content: string; readonly run: boolean; readonly speak: boolean };

type Floor =
  | { readonly kind: 'open' } // nobody's turn
  | { readonly kind: 'speaking' } // the caller's voice is heard
  | {
      // the caller paused; waiting for the transcript and for the pause to last
      readonly kind: 'pausing';
      readonly sinceUs: Micros;
      readonly finalized: boolean;
    };

export class TurnProcessor implements Processor {
  readonly name = 'turn';
  readonly #settings: TurnSettings;
  readonly #outlet: Outlet;
  #link: Link | undefined;
  #floor: Floor = { kind: 'open' };
  #turn = 0;
  #reply = 0;
  #hasText = false;
  /** Everything said in this turn was typed by someone who wants to read the answer. */
  #silent = true;
  /** A reply has been asked for and has not yet been heard to its end. */
  #replying = false;
  /** Something of that reply has reached the caller. */
  #sounding = false;
  /** The last reply was stopped before its first sound: what it was to answer is still open. */
  #unanswered = false;
  /** The last turn ended without its words; should they come after all, they are answered. */
  #wordsOwed = false;

  constructor(settings: TurnSettings, outlet: Outlet) {
    this.#settings = settings;
    this.#outlet = outlet;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'VadUserStartedSpeaking':
        this.#speechStarted(now, frame.atUs);
        break;
      case 'VadUserStoppedSpeaking':
        this.#speechStopped(now, frame);
        break;
      case 'InterimTranscription':
        this.#outlet.note(now, { what: 'stt.interim', turn: this.#turn, text: frame.text });
        break;
      case 'Transcription':
        this.#transcribed(now, frame.text);
        this.#link?.pass(now, frame, direction);
        if (this.#floor.kind === 'open' && this.#hasText) this.#commit(now);
        return;
      case 'SttFinalized':
        this.#finalized(now);
        break;
      case 'BotStartedSpeaking':
        this.#sounding = true;
        break;
      case 'BotStoppedSpeaking':
        if (frame.reply === this.#reply) this.#replying = false;
        break;
      default:
    }
    this.#link?.pass(now, frame, direction);
  }

  /**
   * Text instead of speech. With `run` it takes the floor and gives it up at once; without, it
   * disturbs nobody and waits for the turn under way or the next one. Blank text is nothing.
   */
  typed(now: Micros, text: TypedText): void {
    if (text.content.trim() === '') return;
    if (text.run && this.#floor.kind === 'open') this.#open(now);
    this.#link?.push(now, { kind: 'Transcription', text: text.content });
    if (!text.run && this.#floor.kind === 'open') return;
    this.#hasText = true;
    if (text.speak) this.#silent = false;
    this.#outlet.note(now, { what: 'typed', turn: this.#turn, text: text.content });
    if (text.run && this.#floor.kind !== 'speaking') this.#commit(now);
  }

  /** The pause has lasted, or the transcript is overdue: commit with what there is. */
  endpointReached(now: Micros): void {
    if (this.#floor.kind !== 'pausing') return;
    if (this.#floor.finalized) this.#commit(now);
  }

  transcriptOverdue(now: Micros): void {
    if (this.#floor.kind === 'pausing') this.#commit(now);
  }

  #speechStarted(now: Micros, atUs: Micros): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    const continues = this.#floor.kind === 'pausing';
    if (!continues) this.#open(now);
    this.#outlet.note(now, { what: 'vad.started', turn: this.#turn, atUs });
    this.#floor = { kind: 'speaking' };
  }

  #open(now: Micros): void {
    this.#turn += 1;
    this.#hasText = false;
    this.#silent = true;
    this.#wordsOwed = false;
    this.#unanswered = this.#replying && !this.#sounding;
    if (this.#replying) {
      this.#replying = false;
      this.#link?.push(now, { kind: 'Interruption', turn: this.#turn, reply: this.#reply });
    }
    this.#outlet.note(now, { what: 'turn.started', turn: this.#turn });
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
  }

  #speechStopped(now: Micros, { atUs, decidedUs }: Frame & { kind: 'VadUserStoppedSpeaking' }): void {
    if (this.#floor.kind !== 'speaking') return;
    this.#outlet.note(now, { what: 'vad.stopped', turn: this.#turn, atUs, decidedUs });
    this.#floor = { kind: 'pausing', sinceUs: atUs, finalized: false };
    this.#outlet.timers.set('transcript', now + ms(this.#settings.transcriptTimeoutMs));
    this.#link?.push(now, { kind: 'SttFinalize', turn: this.#turn }, 'upstream');
  }

  #transcribed(now: Micros, text: string): void {
    if (text.trim() === '') return;
    const late = this.#floor.kind === 'open';
    const owed = this.#wordsOwed;
    if (late && owed) this.#open(now);
    this.#outlet.note(now, { what: 'stt.final', turn: this.#turn, text });
    // Late words of a turn that is already answered wait for the next one.
    if (late && !owed) return;
    this.#hasText = true;
    this.#silent = false;
  }

  #finalized(now: Micros): void {
    if (this.#floor.kind !== 'pausing') return;
    const endpointAt = this.#floor.sinceUs + ms(this.#settings.endpointSilenceMs);
    if (now >= endpointAt) return this.#commit(now);
    this.#floor = { ...this.#floor, finalized: true };
    this.#outlet.timers.set('endpoint', endpointAt);
  }

  #commit(now: Micros): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    this.#floor = { kind: 'open' };
    if (!this.#hasText && !this.#unanswered) {
      this.#wordsOwed = true;
      this.#outlet.note(now, { what: 'turn.dropped', turn: this.#turn });
      this.#link?.push(now, { kind: 'UserStoppedSpeaking', turn: this.#turn, answer: false, reply: 0 });
      return;
    }
    const silent = this.#hasText && this.#silent;
    this.#replying = true;
    this.#sounding = silent; // text to be read shows at once
    this.#hasText = false;
    this.#reply += 1;
    this.#link?.push(now, {
      kind: 'UserStoppedSpeaking',
      turn: this.#turn,
      answer: true,
      reply: this.#reply,
      ...(silent ? { silent } : {}),
    });
  }
}
