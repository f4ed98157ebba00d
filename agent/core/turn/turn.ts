// Who has the floor. A pause asks for the final transcript and begins an answer on the words there are;
// the turn is committed when the pause has lasted as long as those words demand, and only then is
// anything let out. Speech before that takes the draft back. Whoever is heard while a reply sounds makes
// it pause, and stops it once it is clear that this is an interruption.
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { TurnSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { scoreOf, silenceFor, type TurnSignal } from './endpoint.ts';
import { Loudness } from './loudness.ts';
import { classify, isQuiet } from './overlap.ts';
import { sameWords } from './shape.ts';
import { Transcript } from './transcript.ts';
import { TranscriptWait } from './wait.ts';

/** `run`: to be answered now. `speak`: with voice. */
export type TypedText = { readonly content: string; readonly run: boolean; readonly speak: boolean };

type Floor =
  | { readonly kind: 'open' } // nobody's turn
  | { readonly kind: 'speaking' } // the caller's voice is heard
  | {
      // the caller paused: waiting for the transcript and for the pause to last
      readonly kind: 'pausing';
      readonly sinceUs: Micros;
      readonly askedUs: Micros;
      readonly settled: boolean;
      readonly signal: TurnSignal | undefined;
    };

/** The caller is heard over `reply`, and it is not clear why. */
type Overlap = {
  readonly reply: number;
  readonly sinceUs: Micros;
  readonly levelDb: number | undefined;
  /** The last speech heard in it. */
  lastUs: Micros;
  /** It goes on, since this is none of its business; another word may change that. */
  resumed: boolean;
};

export class TurnProcessor implements Processor {
  readonly name = 'turn';
  readonly #settings: TurnSettings;
  readonly #outlet: Outlet;
  readonly #spoken: () => string;
  readonly #transcript = new Transcript();
  readonly #wait: TranscriptWait;
  readonly #loudness = new Loudness();
  #link: Link | undefined;
  #floor: Floor = { kind: 'open' };
  #turn = 0;
  #reply = 0;
  /** Everything said in this turn was typed by someone who wants to read the answer. */
  #silent = true;
  /** The reply that was asked for and has not yet been heard to its end. */
  #answer: { readonly reply: number; sounding: boolean } | undefined;
  /** A reply begun before its turn is over. */
  #draft: { readonly reply: number; readonly text: string } | undefined;
  #drafts = 0;
  #overlap: Overlap | undefined;
  /** The last reply was stopped before its first sound: what it was to answer is still open. */
  #unanswered = false;
  /** The last turn ended without its words; should they come after all, they are answered. */
  #wordsOwed = false;

  /** `spoken`: what the agent has been saying just now. */
  constructor(settings: TurnSettings, outlet: Outlet, spoken: () => string) {
    this.#settings = settings;
    this.#outlet = outlet;
    this.#spoken = spoken;
    this.#wait = new TranscriptWait(ms(settings.transcriptTimeoutMs));
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'VadUserStartedSpeaking':
        this.#speechStarted(now, frame.atUs, frame.levelDb);
        break;
      case 'VadUserStoppedSpeaking':
        this.#speechStopped(now, frame);
        break;
      case 'InterimTranscription':
        this.#outlet.note(now, { what: 'stt.interim', turn: this.#turn, text: frame.text });
        if (this.#floor.kind !== 'open') this.#transcript.guess(frame.text);
        this.#link?.pass(now, frame, direction);
        return this.#consider(now);
      case 'Transcription':
        this.#transcribed(now, frame.text);
        this.#link?.pass(now, frame, direction);
        if (this.#floor.kind === 'open' && this.#transcript.hasNew) return this.#commit(now);
        return this.#consider(now);
      case 'SttFinalized':
        this.#finalized(now);
        break;
      case 'SttSignal':
        if (this.#floor.kind === 'pausing') this.#floor = { ...this.#floor, signal: frame.signal };
        return this.#consider(now);
      case 'BotStartedSpeaking':
        if (this.#answer?.reply === frame.reply) this.#answer.sounding = true;
        break;
      case 'BotStoppedSpeaking':
        this.#botStopped(now, frame.reply);
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
    const words = text.content.trim();
    if (words === '') return;
    if (text.run && this.#floor.kind === 'open') this.#open(now);
    if (text.run && this.#overlap !== undefined) this.#confirm(now);
    this.#link?.push(now, { kind: 'Transcription', text: text.content });
    if (!text.run && this.#floor.kind === 'open') return this.#transcript.keep(words);
    this.#transcript.settle(words);
    if (text.speak) this.#silent = false;
    this.#outlet.note(now, { what: 'typed', turn: this.#turn, text: text.content });
    if (text.run && this.#floor.kind !== 'speaking') this.#commit(now);
  }

  /** The pause has lasted: the turn is over as soon as its words are settled. */
  endpointReached(now: Micros): void {
    if (this.#floor.kind === 'pausing' && this.#floor.settled) this.#commit(now);
  }

  /** What is settled is all there will be, and the last guess with it. */
  transcriptOverdue(now: Micros): void {
    if (this.#floor.kind !== 'pausing' || this.#floor.settled) return;
    this.#transcript.settleGuess();
    this.#floor = { ...this.#floor, settled: true };
    if (this.#overlap === undefined) return this.#commit(now);
    this.#judge(now, this.#overlap);
  }

  /** The caller has been heard over the agent for long. */
  overlapLasted(now: Micros): void {
    if (this.#overlap !== undefined) this.#judge(now, this.#overlap);
  }

  #speechStarted(now: Micros, atUs: Micros, levelDb: number | undefined): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    if (this.#overlap !== undefined) this.#overlap.lastUs = now;
    else if (this.#floor.kind === 'open') this.#take(now, atUs, levelDb);
    this.#withdraw(now);
    this.#outlet.note(now, { what: 'vad.started', turn: this.#turn, atUs });
    this.#floor = { kind: 'speaking' };
  }

  /** The caller begins to speak: over a reply that sounds, or with the floor free. */
  #take(now: Micros, atUs: Micros, levelDb: number | undefined): void {
    const answer = this.#answer;
    if (answer === undefined || !answer.sounding || this.#settings.overlap.answer === 'stop') {
      return this.#open(now);
    }
    this.#begin(now);
    const { reply } = answer;
    const relative = levelDb === undefined ? undefined : this.#loudness.relative(levelDb);
    // Somebody in the background is no reason to pause; their words may still be one to stop.
    const resumed = relative !== undefined && isQuiet(relative, this.#settings.overlap);
    this.#overlap = { reply, sinceUs: atUs, levelDb: relative, lastUs: now, resumed };
    if (resumed) return;
    this.#outlet.note(now, { what: 'ducked', turn: this.#turn, reply });
    this.#outlet.timers.set('overlap', atUs + ms(this.#settings.overlap.confirmMs));
    this.#link?.push(now, { kind: 'Duck', reply });
  }

  #open(now: Micros): void {
    const answer = this.#answer;
    this.#unanswered = answer !== undefined && !answer.sounding;
    this.#begin(now);
    this.#interrupt(now);
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
  }

  #begin(now: Micros): void {
    this.#turn += 1;
    this.#drafts = 0;
    this.#silent = true;
    this.#wordsOwed = false;
    this.#outlet.note(now, { what: 'turn.started', turn: this.#turn });
  }

  #interrupt(now: Micros): void {
    const answer = this.#answer;
    if (answer === undefined) return;
    this.#answer = undefined;
    this.#link?.push(now, { kind: 'Interruption', turn: this.#turn, reply: answer.reply });
  }

  #speechStopped(now: Micros, frame: Frame & { kind: 'VadUserStoppedSpeaking' }): void {
    const { atUs, decidedUs, levelDb } = frame;
    if (this.#floor.kind !== 'speaking') return;
    this.#outlet.note(now, { what: 'vad.stopped', turn: this.#turn, atUs, decidedUs });
    this.#floor = { kind: 'pausing', sinceUs: atUs, askedUs: now, settled: false, signal: undefined };
    if (this.#overlap !== undefined) this.#overlap.lastUs = atUs;
    else if (levelDb !== undefined) this.#loudness.heard(levelDb);
    this.#outlet.timers.set('transcript', now + this.#wait.us);
    this.#link?.push(now, { kind: 'SttFinalize', turn: this.#turn }, 'upstream');
    this.#consider(now);
  }

  #transcribed(now: Micros, text: string): void {
    const words = text.trim();
    if (words === '') return;
    const late = this.#floor.kind === 'open';
    const owed = this.#wordsOwed;
    if (late && owed) this.#open(now);
    this.#outlet.note(now, { what: 'stt.final', turn: this.#turn, text });
    // Late words of a turn that is already answered wait for the next one.
    if (late && !owed) return this.#transcript.keep(words);
    this.#transcript.settle(words);
    this.#silent = false;
  }

  #finalized(now: Micros): void {
    if (this.#floor.kind !== 'pausing') return;
    this.#wait.answered(now - this.#floor.askedUs);
    this.#outlet.timers.clear('transcript');
    this.#floor = { ...this.#floor, settled: true };
    this.#consider(now);
  }

  /** Something about the pause has changed: what it means, and what to do about it by when. */
  #consider(now: Micros): void {
    if (this.#overlap !== undefined) return this.#judge(now, this.#overlap);
    if (this.#floor.kind !== 'pausing') return;
    const { sinceUs, settled, signal } = this.#floor;
    const { text } = this.#transcript;
    const score = scoreOf({ text, signal });
    if (score >= this.#settings.speculation.score) this.#speculate(now, text);
    // Sound without words is no question of how they look.
    const silenceUs = settled && text === '' ? 0 : silenceFor(score, this.#settings.endpoint);
    if (now < sinceUs + silenceUs) return this.#outlet.timers.set('endpoint', sinceUs + silenceUs);
    this.#outlet.timers.clear('endpoint');
    this.endpointReached(now);
  }

  #speculate(now: Micros, text: string): void {
    const { upTo, draftsMax } = this.#settings.speculation;
    if (upTo === 'none' || text === '' || this.#drafts >= draftsMax) return;
    if (this.#draft !== undefined && sameWords(this.#draft.text, text)) return;
    this.#withdraw(now);
    this.#drafts += 1;
    this.#reply += 1;
    const draft = { reply: this.#reply, text };
    this.#draft = draft;
    this.#outlet.note(now, { what: 'speculated', turn: this.#turn, ...draft });
    this.#link?.push(now, { kind: 'Speculate', turn: this.#turn, ...draft });
  }

  /** The draft is not the answer. */
  #withdraw(now: Micros): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    this.#draft = undefined;
    this.#outlet.note(now, { what: 'discarded', turn: this.#turn, reply: draft.reply });
    this.#link?.push(now, { kind: 'Discard', reply: draft.reply });
  }

  #commit(now: Micros): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    this.#floor = { kind: 'open' };
    const { hasNew } = this.#transcript;
    const turn = this.#turn;
    if (!hasNew && !this.#unanswered) {
      this.#withdraw(now);
      this.#wordsOwed = true;
      this.#outlet.note(now, { what: 'turn.dropped', turn });
      const nothing = { answer: false, reply: 0, text: '', trimmed: 0 };
      this.#link?.push(now, { kind: 'UserStoppedSpeaking', turn, ...nothing });
      return;
    }
    const { text, trimmed } = this.#transcript.take();
    const silent = hasNew && this.#silent;
    if (this.#draft !== undefined && (silent || !sameWords(this.#draft.text, text))) this.#withdraw(now);
    const draft = this.#draft;
    this.#draft = undefined;
    if (draft === undefined) this.#reply += 1;
    const reply = draft?.reply ?? this.#reply;
    // Text to be read shows at once.
    this.#answer = { reply, sounding: silent };
    this.#link?.push(now, {
      kind: 'UserStoppedSpeaking',
      turn,
      answer: true,
      reply,
      text,
      trimmed,
      ...(draft === undefined ? {} : { drafted: true }),
      ...(silent ? { silent } : {}),
    });
  }

  #judge(now: Micros, overlap: Overlap): void {
    const pausing = this.#floor.kind === 'pausing' ? this.#floor : undefined;
    const { text } = this.#transcript;
    const lastUs = pausing === undefined ? now : overlap.lastUs;
    const verdict = classify(
      {
        speechUs: lastUs - overlap.sinceUs,
        speaking: pausing === undefined,
        text,
        settled: pausing?.settled === true,
        levelDb: overlap.levelDb,
        spoken: this.#spoken(),
      },
      this.#settings.overlap,
    );
    if (verdict === undefined) return;
    if (verdict === 'interruption') {
      this.#outlet.note(now, { what: 'classified', turn: this.#turn, as: verdict });
      return this.#confirm(now);
    }
    if (!overlap.resumed) {
      overlap.resumed = true;
      this.#outlet.note(now, { what: 'classified', turn: this.#turn, as: verdict });
      this.#outlet.note(now, { what: 'resumed', reply: overlap.reply });
      this.#link?.push(now, { kind: 'Resume', reply: overlap.reply });
    }
    if (pausing?.settled === true) this.#dismiss(now);
  }

  /** The caller has the floor: the reply stops here and now. */
  #confirm(now: Micros): void {
    this.#overlap = undefined;
    this.#outlet.timers.clear('overlap');
    this.#interrupt(now);
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
    this.#consider(now);
  }

  /** It was nothing: the reply goes on, and no word of it is kept. */
  #dismiss(now: Micros): void {
    this.#overlap = undefined;
    this.#outlet.timers.clear('overlap');
    this.#outlet.timers.clear('transcript');
    this.#transcript.clear();
    this.#floor = { kind: 'open' };
    this.#outlet.note(now, { what: 'turn.dropped', turn: this.#turn });
  }

  #botStopped(now: Micros, reply: number): void {
    if (this.#answer?.reply !== reply) return;
    this.#answer = undefined;
    // The reply came to its end by itself: whoever speaks now has the floor.
    if (this.#overlap?.reply === reply) this.#confirm(now);
  }
}
