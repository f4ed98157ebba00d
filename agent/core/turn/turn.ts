// Who has the floor. The simplest correct policy: a pause of speech asks for the final transcript,
// and the turn is committed when that text is here and the pause has lasted; speech before then
// continues the turn; speech while a reply is being made or spoken stops that reply at once.
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { TurnSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';

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
  /** A reply has been asked for and has not yet been heard to its end. */
  #replying = false;

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
        this.#speechStopped(now, frame.atUs);
        break;
      case 'InterimTranscription':
        this.#outlet.note(now, { what: 'stt.interim', turn: this.#turn, text: frame.text });
        break;
      case 'Transcription':
        this.#transcribed(now, frame.text);
        break;
      case 'SttFinalized':
        this.#finalized(now);
        break;
      case 'BotStoppedSpeaking':
        this.#replying = false;
        break;
      default:
    }
    this.#link?.pass(now, frame, direction);
  }

  /** Text instead of speech: takes the floor, and gives it up at once when `run`. */
  typed(now: Micros, text: string, run: boolean): void {
    if (this.#floor.kind === 'open') this.#open(now);
    this.#link?.push(now, { kind: 'Transcription', text });
    this.#hasText = true;
    this.#outlet.note(now, { what: 'stt.final', turn: this.#turn, text });
    if (run && this.#floor.kind !== 'speaking') this.#commit(now);
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
    if (this.#replying) {
      this.#replying = false;
      this.#link?.push(now, { kind: 'Interruption', turn: this.#turn, reply: this.#reply });
    }
    this.#outlet.note(now, { what: 'turn.started', turn: this.#turn });
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
  }

  #speechStopped(now: Micros, atUs: Micros): void {
    if (this.#floor.kind !== 'speaking') return;
    this.#outlet.note(now, { what: 'vad.stopped', turn: this.#turn, atUs });
    this.#floor = { kind: 'pausing', sinceUs: atUs, finalized: false };
    this.#outlet.timers.set('transcript', now + ms(this.#settings.transcriptTimeoutMs));
    this.#link?.push(now, { kind: 'SttFinalize', turn: this.#turn }, 'upstream');
  }

  #transcribed(now: Micros, text: string): void {
    if (text.trim() === '') return;
    this.#hasText = true;
    this.#outlet.note(now, { what: 'stt.final', turn: this.#turn, text });
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
    if (!this.#hasText) {
      this.#outlet.note(now, { what: 'turn.dropped', turn: this.#turn });
      this.#link?.push(now, { kind: 'UserStoppedSpeaking', turn: this.#turn, answer: false, reply: 0 });
      return;
    }
    this.#replying = true;
    this.#reply += 1;
    this.#link?.push(now, {
      kind: 'UserStoppedSpeaking',
      turn: this.#turn,
      answer: true,
      reply: this.#reply,
    });
  }
}
