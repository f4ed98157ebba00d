// Who has the floor. A pause asks for the final transcript and begins an answer on the words there are;
// the turn is committed when the pause has lasted as long as those words demand, and only then is
// anything let out. Speech before that takes the draft back. Whoever is heard while a reply sounds makes
// it pause, and stops it once it is clear that this is an interruption.

import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { TurnSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { Announcer } from './announcer.ts';
import { Drafts } from './draft.ts';
import { scoreOf, silenceFor } from './endpoint.ts';
import { OverlapEpisode } from './episode.ts';
import type { Floor, TypedText } from './floor.ts';
import { Loudness } from './loudness.ts';
import { Replies } from './replies.ts';
import { Transcript } from './transcript.ts';
import { TranscriptWait } from './wait.ts';

/** Longer than any pause between words that the voice detector does not hear as one. */
const WORDLESS_US: Micros = ms(1_200);

export class TurnProcessor implements Processor {
  readonly name = 'turn';
  readonly #settings: TurnSettings;
  readonly #outlet: Outlet;
  readonly #announce: Announcer;
  readonly #spoken: () => string;
  readonly #transcript = new Transcript();
  readonly #wait: TranscriptWait;
  readonly #loudness = new Loudness();
  #link: Link | undefined;
  #floor: Floor = { kind: 'open' };
  #turn = 0;
  /** Everything said in this turn was typed by someone who wants to read the answer. */
  #silent = true;
  readonly #replies = new Replies();
  readonly #drafts: Drafts;
  /** The caller is heard over a reply, and it is not clear why. */
  #overlap: OverlapEpisode | undefined;
  /** Sound goes on of which no words have come for long. */
  #noisy = false;
  /** The last reply was stopped before its first sound: what it was to answer is still open. */
  #unanswered = false;
  /** The last turn ended without its words; should they come after all, they are answered. */
  #wordsOwed = false;
  /** What was over a reply when they were waited for in vain: its words may still be an interruption. */
  #unheard: OverlapEpisode | undefined;

  /** `spoken`: what the agent has been saying just now. */
  constructor(settings: TurnSettings, outlet: Outlet, spoken: () => string) {
    this.#settings = settings;
    this.#outlet = outlet;
    this.#announce = new Announcer(outlet);
    this.#spoken = spoken;
    this.#drafts = new Drafts(settings.speculation);
    this.#wait = new TranscriptWait(ms(settings.transcriptTimeoutMs), settings.transcriptWait === 'learnt');
  }

  attach(link: Link): void {
    this.#link = link;
    this.#announce.link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'VadUserStartedSpeaking':
        this.#speechStarted(now, frame.atUs, frame.levelDb);
        break;
      case 'VadUserLouder':
        this.#louder(now, frame.levelDb);
        break;
      case 'VadUserStoppedSpeaking':
        this.#speechStopped(now, frame);
        break;
      case 'InterimTranscription':
        this.#outlet.note(now, { what: 'stt.interim', turn: this.#turn, text: frame.text });
        this.#worded(now, frame.text);
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
        this.#replies.sounds(now, frame.reply);
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
    if (text.run && this.#overlap !== undefined) this.#confirm(now);
    if (text.run && this.#floor.kind === 'open') this.#open(now);
    this.#link?.push(now, { kind: 'Transcription', text: text.content });
    const waits = this.#floor.kind === 'open' || this.#overlap !== undefined;
    if (!text.run && waits) return this.#transcript.keep(words);
    if (this.#floor.kind === 'pausing') this.#transcript.settleGuess();
    this.#transcript.settle(words);
    this.#silent &&= !text.speak;
    this.#outlet.note(now, { what: 'typed', turn: this.#turn, text: text.content });
    if (text.run && this.#floor.kind !== 'speaking') this.#commit(now);
  }

  /** Nobody has the floor, and nothing is being said, prepared or considered. */
  get idle(): boolean {
    return this.#floor.kind === 'open' && this.#replies.current === undefined && this.#overlap === undefined;
  }

  /** The agent says something of its own accord; only while `idle`. The number of this reply. */
  say(now: Micros, text: string): number {
    const reply = this.#replies.next();
    this.#replies.give({ reply, soundsUs: undefined, own: true });
    this.#announce.said(now, reply, text);
    return reply;
  }

  /** The pause has lasted: the turn is over as soon as its words are settled. */
  endpointReached(now: Micros): void {
    if (this.#overlap === undefined && this.#floor.kind === 'pausing' && this.#floor.settled) {
      this.#commit(now);
    }
  }

  /** Words in going sound: their end is awaited, or it is the caller again who is heard in the noise. */
  #worded(now: Micros, text: string): void {
    if (text.trim() === '') return;
    const overNoise = this.#floor.kind === 'pausing' ? this.#floor.noisy : this.#noisy;
    if (overNoise) this.#speechStarted(now, now, undefined);
    if (this.#floor.kind !== 'speaking' || this.#overlap !== undefined) return;
    this.#outlet.timers.set('wordless', now + WORDLESS_US);
  }

  /** The sound goes on and the words do not: what was said is taken for all there is. */
  wordsCeased(now: Micros): void {
    if (this.#floor.kind !== 'speaking' || this.#overlap !== undefined) return;
    this.#noisy = true;
    this.#pause(now, now - WORDLESS_US, true);
  }

  /** What is settled is all there will be, and the last guess with it. */
  transcriptOverdue(now: Micros): void {
    if (this.#floor.kind !== 'pausing' || this.#floor.settled) return;
    // Words that were only guessed were spoken all the same: so is the answer to them.
    if (this.#transcript.settleGuess()) this.#silent = false;
    this.#floor = { ...this.#floor, settled: true, overdue: true };
    // A recogniser that is late changes nothing about how long these words are waited for.
    this.#consider(now);
  }

  /** The caller has been heard over the agent, or has been silent again, for long. */
  overlapLasted(now: Micros): void {
    if (this.#overlap === undefined) return;
    if (this.#floor.kind === 'speaking') this.#duck(now, this.#overlap);
    this.#judge(now, this.#overlap);
  }

  #speechStarted(now: Micros, atUs: Micros, levelDb: number | undefined): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    const relative = levelDb === undefined ? undefined : this.#loudness.relative(levelDb);
    if (this.#overlap === undefined && this.#floor.kind === 'open') this.#take(now, atUs);
    this.#withdraw(now);
    this.#outlet.note(now, { what: 'vad.started', turn: this.#turn, atUs });
    this.#noisy = false;
    this.#floor = { kind: 'speaking' };
    this.#transcript.speechBegan(atUs);
    this.#overlap?.heard(now, relative);
    if (this.#overlap !== undefined) this.#duck(now, this.#overlap);
  }

  /** The first sound of a word may be faint: who it is shows in what follows. */
  #louder(now: Micros, levelDb: number): void {
    if (this.#overlap === undefined || this.#floor.kind !== 'speaking') return;
    this.#overlap.heard(now, this.#loudness.relative(levelDb));
    this.overlapLasted(now);
  }

  /** The caller begins to speak: over a reply that sounds, or with the floor free. */
  #take(now: Micros, sinceUs: Micros): void {
    const { overlap: settings } = this.#settings;
    const { reply, soundsUs } = this.#replies.current ?? {};
    if (reply === undefined || soundsUs === undefined || settings.answer === 'stop') return this.#open(now);
    this.#begin(now);
    const spareUntilUs = this.#replies.sparedUntilUs(reply, settings.spareFirstMs);
    this.#overlap = new OverlapEpisode(settings, { reply, sinceUs, spareUntilUs });
    this.#transcript.begin();
  }

  /** Pauses the reply if it is time to, or sees to it that it will be. */
  #duck(now: Micros, overlap: OverlapEpisode): void {
    const { timers } = this.#outlet;
    timers.clear('overlap');
    // Somebody in the background is no reason to pause; their words may still be one to stop.
    if (overlap.isQuiet || overlap.verdict === 'echo') return;
    if (!overlap.ducked && now < overlap.duckUs) return timers.set('overlap', overlap.duckUs);
    if (now < overlap.confirmUs) timers.set('overlap', overlap.confirmUs);
    if (overlap.ducked || overlap.replyOver) return;
    overlap.ducked = true;
    this.#announce.ducked(now, this.#turn, overlap.reply);
  }

  #open(now: Micros): void {
    const answer = this.#replies.current;
    this.#begin(now);
    this.#unanswered = answer !== undefined && answer.soundsUs === undefined && !answer.own;
    this.#interrupt(now);
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
  }

  #begin(now: Micros): void {
    this.#turn += 1;
    this.#drafts.turnBegan(now);
    this.#silent = true;
    this.#unanswered = false;
    this.#wordsOwed = false;
    this.#unheard = undefined;
    this.#outlet.note(now, { what: 'turn.started', turn: this.#turn });
  }

  #interrupt(now: Micros): void {
    const answer = this.#replies.take();
    if (answer === undefined) return;
    this.#link?.push(now, { kind: 'Interruption', turn: this.#turn, reply: answer.reply });
  }

  #speechStopped(now: Micros, frame: Frame & { kind: 'VadUserStoppedSpeaking' }): void {
    const { atUs, decidedUs, levelDb } = frame;
    this.#noisy = false;
    if (this.#floor.kind !== 'speaking') return;
    this.#outlet.note(now, { what: 'vad.stopped', turn: this.#turn, atUs, decidedUs });
    if (this.#overlap !== undefined) this.#overlap.paused(atUs);
    else if (levelDb !== undefined) this.#loudness.heard(levelDb);
    this.#pause(now, atUs, false);
  }

  /** Nothing more of the caller's has been heard since then: the final text is asked for. */
  #pause(now: Micros, sinceUs: Micros, noisy: boolean): void {
    this.#transcript.speechEnded(sinceUs);
    const unknown = { settled: false, overdue: false, signal: undefined, ...(noisy ? { noisy } : {}) };
    this.#floor = { kind: 'pausing', sinceUs, askedUs: now, ...unknown };
    this.#outlet.timers.clear('overlap');
    this.#outlet.timers.clear('wordless');
    this.#outlet.timers.set('transcript', now + this.#wait.us);
    this.#link?.push(now, { kind: 'SttFinalize', turn: this.#turn }, 'upstream');
    this.#consider(now);
  }

  #transcribed(now: Micros, text: string): void {
    const words = text.trim();
    if (words === '') return;
    const late = this.#floor.kind === 'open';
    const owed = this.#wordsOwed;
    const over = late ? this.#unheard : undefined;
    const heard = { speaking: false, text: words, settled: true, spoken: this.#spoken() };
    // Nobody meant the agent by it: as little is kept of it as if it had come in time.
    if (over !== undefined && over.classify(now, heard) !== 'interruption') {
      return this.#outlet.note(now, { what: 'stt.final', turn: this.#turn, text });
    }
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
    const guess = { text, score, settled, guessed: !this.#transcript.isSettled };
    const behind = this.#transcript.isBehind && !settled;
    if (!behind && this.#drafts.isWorth(now, guess)) this.#speculate(now, text);
    // Sound without words is no question of how they look.
    const silenceUs = settled && text === '' ? 0 : silenceFor(score, this.#settings.endpoint);
    if (now < sinceUs + silenceUs) return this.#outlet.timers.set('endpoint', sinceUs + silenceUs);
    this.#outlet.timers.clear('endpoint');
    this.endpointReached(now);
  }

  #speculate(now: Micros, text: string): void {
    this.#withdraw(now);
    const reply = this.#replies.next();
    this.#drafts.begin(reply, text);
    this.#announce.speculated(now, this.#turn, reply, text);
  }

  /** The draft, if there is one, is not the answer. */
  #withdraw(now: Micros): void {
    const reply = this.#drafts.take();
    if (reply !== undefined) this.#announce.discarded(now, this.#turn, reply);
  }

  #commit(now: Micros): void {
    this.#outlet.timers.clear('endpoint');
    this.#outlet.timers.clear('transcript');
    this.#floor = { kind: 'open' };
    const { hasNew } = this.#transcript;
    if (!hasNew && !this.#unanswered) {
      this.#withdraw(now);
      this.#wordsOwed = true;
      return this.#announce.dropped(now, this.#turn);
    }
    const { text, trimmed } = this.#transcript.take();
    const silent = hasNew && this.#silent;
    if (silent || !this.#drafts.answers(text)) this.#withdraw(now);
    const draft = this.#drafts.take();
    const reply = draft ?? this.#replies.next();
    this.#replies.give({ reply, soundsUs: silent ? now : undefined });
    const which = { turn: this.#turn, reply, drafted: draft !== undefined };
    this.#announce.committed(now, { ...which, text, trimmed, silent });
  }

  #judge(now: Micros, overlap: OverlapEpisode): void {
    const pausing = this.#floor.kind === 'pausing' ? this.#floor : undefined;
    const verdict = overlap.classify(now, {
      speaking: pausing === undefined,
      text: this.#transcript.latest,
      settled: pausing?.settled === true,
      spoken: this.#spoken(),
    });
    if (verdict === undefined) return;
    if (verdict !== 'interruption' && now < overlap.resumeUs) {
      return this.#outlet.timers.set('overlap', overlap.resumeUs);
    }
    if (overlap.verdict !== verdict) {
      this.#outlet.note(now, { what: 'classified', turn: this.#turn, as: verdict });
    }
    overlap.verdict = verdict;
    if (verdict === 'interruption') return this.#confirm(now);
    this.#resume(now, overlap);
    // The reply may have ended with that, and the matter with it.
    if (this.#overlap === overlap && pausing?.settled === true) this.#dismiss(now, overlap, pausing.overdue);
  }

  #resume(now: Micros, overlap: OverlapEpisode): void {
    this.#outlet.timers.clear('overlap');
    if (overlap.ducked && !overlap.replyOver) this.#announce.resumed(now, overlap.reply);
    overlap.ducked = false;
  }

  /** The caller has the floor: the reply stops here and now. */
  #confirm(now: Micros): void {
    this.#overlap = undefined;
    this.#transcript.keepAll();
    this.#outlet.timers.clear('overlap');
    this.#interrupt(now);
    this.#link?.push(now, { kind: 'UserStartedSpeaking', turn: this.#turn });
    this.#consider(now);
  }

  /** It was nothing: the reply goes on, and no word of it is kept. */
  #dismiss(now: Micros, overlap: OverlapEpisode, overdue: boolean): void {
    this.#overlap = undefined;
    this.#wordsOwed = overdue;
    this.#unheard = overdue ? overlap : undefined;
    this.#outlet.timers.clear('transcript');
    this.#transcript.undo();
    this.#floor = { kind: 'open' };
    this.#outlet.note(now, { what: 'turn.dropped', turn: this.#turn });
  }

  /** A reply that came to its end by itself: what was said over its end may still be an answer. */
  #botStopped(now: Micros, reply: number): void {
    if (!this.#replies.ended(reply) || this.#overlap?.reply !== reply) return;
    this.#overlap.replyOver = true;
    this.#judge(now, this.#overlap);
  }
}
