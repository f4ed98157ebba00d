// The voice's place in the pipeline: streamed text in, audio and word timings out. Text goes to the
// provider in clauses and sentences; an interruption drops what was not yet spoken. Where no voice can be had
// the caller hears the apology, which is known by heart; a reply that is lost without it is told as an error.
import { unreachable } from '../assert.ts';
import { ClauseSplitter } from '../clause.ts';
import type { Failure } from '../failure.ts';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import { isAudible } from '../playout/audible.ts';
import type { TtsEvent, TtsFactory, TtsSession } from '../provider.ts';
import type { VoiceSettings } from '../setting.ts';
import { speakable } from '../speakable.ts';
import { type Micros, ms } from '../time.ts';
import { type Lane, laneOf, type SocketEvent } from '../wire.ts';
import { Apology } from './apology.ts';
import { faultTone } from './tone.ts';

type Speaking = {
  readonly reply: number;
  sinceUs: Micros | undefined;
  heardFirst: boolean;
  audible: boolean;
  /** Audio so far, words that are still to come of the text given, and whether that was all of it. */
  bytes: number;
  wordsOwed: number;
  ended: boolean;
};

/** `speaksDrafts`: what may not be given is worth its characters all the same. */
export type TtsSettings = VoiceSettings & { readonly speaksDrafts: boolean; readonly apology: string };

const NOTHING: Omit<Speaking, 'reply'> = {
  sinceUs: undefined,
  heardFirst: false,
  audible: false,
  bytes: 0,
  wordsOwed: 0,
  ended: false,
};

const SILENT: Failure = { reason: 'timeout', message: 'no voice in time', retryable: true };

export class TtsStage implements Processor {
  readonly name = 'tts';
  readonly #outlet: Outlet;
  readonly #rate: number;
  readonly #session: TtsSession;
  readonly #settings: TtsSettings;
  readonly #apology: Apology;
  /** Frames of a draft that is not worth its characters before the turn is over. */
  #waiting: { readonly reply: number; readonly frames: Frame[] } | undefined;
  #link: Link | undefined;
  #splitter: ClauseSplitter;
  #current: Speaking | undefined;
  /** A reply to be read: its text is shown as it streams, so what was streamed was taken in. */
  #shown: { readonly reply: number; text: string } | undefined;
  /** Replies up to this one are over: text that still comes for them is not spoken. */
  #closed = 0;

  constructor(factory: TtsFactory, settings: TtsSettings, rate: number, outlet: Outlet) {
    this.#settings = settings;
    this.#splitter = new ClauseSplitter(settings);
    this.#outlet = outlet;
    this.#rate = rate;
    this.#apology = new Apology(settings.apology, () => this.#session);
    this.#session = factory({
      request: (_now, request, lane = 0) => outlet.effect({ kind: 'tts', request, ...laneOf(lane) }),
      event: (now, event) => this.#event(now, event),
      note: (now, fact) => outlet.note(now, fact),
      ...(outlet.salt === undefined ? {} : { salt: outlet.salt }),
    });
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'Start':
        this.#session.start(now);
        break;
      case 'End':
        this.#session.stop(now);
        this.#current = undefined;
        this.#endShown(now, false);
        break;
      case 'Interruption':
        this.#closed = Math.max(this.#closed, frame.reply);
        this.#cancel(now);
        this.#endShown(now, false);
        break;
      case 'Discard':
        this.#closed = Math.max(this.#closed, frame.reply);
        if (this.#waiting?.reply === frame.reply) this.#waiting = undefined;
        if (this.#current?.reply === frame.reply) this.#cancel(now);
        break;
      case 'UserStoppedSpeaking':
        this.#link?.pass(now, frame, direction);
        return this.#release(now, frame.reply);
      case 'LlmStarted':
        if (frame.silent) this.#shown = { reply: frame.reply, text: '' };
        if (frame.draft && !this.#settings.speaksDrafts) this.#waiting = { reply: frame.reply, frames: [] };
        break;
      case 'LlmText':
        if (this.#waiting?.reply === frame.reply) return void this.#waiting.frames.push(frame);
        this.#text(now, frame.reply, frame.text);
        return;
      case 'LlmPaused':
        if (this.#waiting?.reply === frame.reply) return void this.#waiting.frames.push(frame);
        this.#pause(now, frame.reply);
        return;
      case 'LlmEnded':
        if (this.#waiting?.reply === frame.reply) return void this.#waiting.frames.push(frame);
        this.#end(now, frame.reply, frame.cut === true);
        return;
      default:
    }
    this.#follow();
    this.#link?.pass(now, frame, direction);
  }

  receive(now: Micros, event: SocketEvent, lane: Lane = 0): void {
    this.#session.receive(now, event, lane);
    this.#follow();
  }

  wake(now: Micros): void {
    this.#session.wake(now);
    const current = this.#current;
    if (current !== undefined && now >= this.#overdueAt) this.#lost(now, current, SILENT);
    this.#follow();
  }

  /** The turn is over: what was kept of its answer is spoken now. */
  #release(now: Micros, reply: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting?.reply !== reply) return;
    for (const frame of waiting.frames) this.process(now, frame, 'downstream');
  }

  #text(now: Micros, reply: number, text: string): void {
    if (reply <= this.#closed) return;
    if (this.#shown?.reply === reply) {
      this.#shown.text += text;
      return;
    }
    if (this.#current?.reply !== reply) {
      this.#splitter = new ClauseSplitter(this.#settings);
      this.#current = { reply, ...NOTHING };
      if (text === this.#settings.apology && this.#recite(now, this.#current)) return;
      const { first, capMs } = this.#settings;
      if (first === 'clause' && capMs > 0) this.#outlet.timers.set('clause', now + ms(capMs));
    }
    for (const piece of this.#splitter.push(text)) this.#speak(now, reply, piece);
    this.#follow();
  }

  /** The `clause` timer: the model is slow, and the caller has waited long enough for a first clause. */
  clauseDue(now: Micros): void {
    const current = this.#current;
    if (current === undefined || current.sinceUs !== undefined) return;
    for (const piece of this.#splitter.cap()) this.#speak(now, current.reply, piece);
    this.#follow();
  }

  /** Nothing follows for a while: what is held back for the rest of its sentence is spoken now. */
  #pause(now: Micros, reply: number): void {
    if (reply <= this.#closed || this.#current?.reply !== reply) return;
    const rest = this.#splitter.end();
    if (rest !== undefined) this.#speak(now, reply, rest);
    this.#follow();
  }

  #end(now: Micros, reply: number, cut: boolean): void {
    if (reply <= this.#closed) return;
    if (this.#shown?.reply === reply) this.#endShown(now, !cut);
    const rest = this.#current?.reply === reply ? this.#splitter.end(cut) : undefined;
    if (rest !== undefined) this.#speak(now, reply, rest);
    if (reply <= this.#closed) return;
    if (this.#current?.sinceUs === undefined) {
      // Nothing was said: that is also an end.
      this.#current = undefined;
      this.#outlet.timers.clear('clause');
      this.#closed = reply;
      this.#link?.push(now, { kind: 'TtsEnded', reply });
      return;
    }
    this.#current.ended = true;
    this.#session.endReply(now, reply);
    this.#follow();
  }

  #endShown(now: Micros, complete: boolean): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    this.#shown = undefined;
    const text = shown.text.trim();
    this.#link?.push(now, { kind: 'Heard', reply: shown.reply, text, complete });
  }

  #speak(now: Micros, reply: number, piece: string): void {
    // The voice may have failed with the piece before this one.
    if (this.#current?.reply !== reply) return;
    const text = speakable(piece);
    if (text === '') return;
    this.#outlet.timers.clear('clause');
    this.#current.sinceUs ??= now;
    this.#current.wordsOwed += text.split(/\s+/).length;
    this.#outlet.note(now, { what: 'tts.text', reply, text });
    this.#outlet.note(now, { what: 'usage.tts', reply, characters: text.length });
    this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'characters', count: text.length } });
    this.#link?.push(now, { kind: 'TtsStarted', reply, text });
    this.#session.speak(now, reply, text);
  }

  #cancel(now: Micros): void {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#outlet.timers.clear('clause');
    this.#closed = Math.max(this.#closed, current.reply);
    this.#session.cancel(now, current.reply);
    this.#outlet.note(now, { what: 'cancelled', stage: 'tts', reply: current.reply });
  }

  #event(now: Micros, event: TtsEvent): void {
    switch (event.kind) {
      case 'ready':
        if (!this.#apology.owed) this.#learn(now);
        return;
      case 'failed':
        if (event.reply !== undefined && this.#apology.owns(event.reply)) return this.#apology.failed();
        return this.#failed(now, event);
      default:
    }
    if (this.#apology.owns(event.reply)) return this.#apology.take(now, event);
    const current = this.#current;
    if (current?.reply !== event.reply) return;
    switch (event.kind) {
      case 'audio':
        return this.#audio(now, current, event.pcm);
      case 'word':
        current.wordsOwed -= 1;
        this.#link?.push(now, { kind: 'TtsWord', reply: event.reply, word: event.word });
        return;
      case 'done':
        this.#done(now, event.reply);
        // This voice does work.
        if (this.#apology.owed && current.audible) this.#learn(now);
        return;
      default:
        return unreachable(event);
    }
  }

  #learn(now: Micros): void {
    const characters = this.#apology.learn(now);
    if (characters === 0) return;
    this.#outlet.note(now, { what: 'usage.tts', reply: 0, characters, background: true });
  }

  /** Plays the apology as (the rest of) this reply, which ends with it. False when it is not known. */
  #recite(now: Micros, current: Speaking): boolean {
    const { known, text } = this.#apology;
    if (known === undefined) return false;
    const { reply } = current;
    this.#outlet.note(now, { what: 'tts.text', reply, text });
    this.#link?.push(now, { kind: 'TtsStarted', reply, text });
    // It is no answer of the voice: its delay is not measured.
    for (const pcm of known.pcm) this.#play(now, reply, pcm);
    const baseUs = Math.round((current.bytes * 500_000) / this.#rate);
    for (const { text: word, startUs, endUs } of known.words) {
      const placed = { text: word, startUs: startUs + baseUs, endUs: endUs + baseUs };
      this.#link?.push(now, { kind: 'TtsWord', reply, word: placed });
    }
    this.#done(now, reply);
    return true;
  }

  #play(now: Micros, reply: number, pcm: Uint8Array): void {
    this.#link?.push(now, { kind: 'TtsAudio', reply, pcm, sampleRate: this.#rate });
  }

  #audio(now: Micros, current: Speaking, pcm: Uint8Array): void {
    const { reply } = current;
    current.bytes += pcm.length;
    if (!current.heardFirst) {
      current.heardFirst = true;
      this.#outlet.note(now, { what: 'tts.first_audio', reply });
      const us = now - (current.sinceUs ?? now);
      this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'tts', us } });
    }
    if (!current.audible && isAudible(pcm)) {
      current.audible = true;
      this.#outlet.note(now, { what: 'tts.audible', reply });
    }
    this.#play(now, reply, pcm);
  }

  #done(now: Micros, reply: number): void {
    this.#current = undefined;
    this.#outlet.timers.clear('clause');
    this.#closed = reply;
    this.#outlet.note(now, { what: 'tts.done', reply });
    this.#link?.push(now, { kind: 'TtsEnded', reply });
  }

  #failed(now: Micros, event: TtsEvent & { kind: 'failed' }): void {
    const { failure, fatal } = event;
    const { reason, message } = failure;
    this.#outlet.note(now, { what: 'error', stage: 'tts', reason, message, fatal });
    if (fatal) this.#link?.push(now, { kind: 'Error', stage: 'tts', failure, fatal });
    const current = this.#current;
    const lost = fatal || (event.reply !== undefined && event.reply === current?.reply);
    if (current !== undefined && lost) this.#endWithout(now, current, fatal ? undefined : failure);
  }

  /** No sound of it in all this time. */
  #lost(now: Micros, current: Speaking, failure: Failure): void {
    const { reason, message } = failure;
    this.#outlet.note(now, { what: 'error', stage: 'tts', reason, message, fatal: false });
    this.#endWithout(now, current, failure);
  }

  /** The voice will not say the rest of it. `failure`: still to be told, if it comes to that. */
  #endWithout(now: Micros, current: Speaking, failure: Failure | undefined): void {
    this.#session.cancel(now, current.reply);
    // Only the end of it was lost: all that was to be said has sounded.
    const said = current.ended && current.audible && current.wordsOwed <= 0;
    if (!said && this.#recite(now, current)) return;
    if (!said && failure) this.#link?.push(now, { kind: 'Error', stage: 'tts', failure, fatal: false });
    // There has been no voice in all this call: whoever has no screen must still know.
    if (!current.audible) this.#play(now, current.reply, faultTone(this.#rate));
    this.#done(now, current.reply);
  }

  /** A voice that has not begun is waited for, longer when there are no words to play in its place. */
  get #overdueAt(): Micros {
    const { sinceUs, heardFirst } = this.#current ?? {};
    if (sinceUs === undefined || heardFirst) return Infinity;
    return sinceUs + (this.#apology.known === undefined ? LIMITS.answerUs : LIMITS.voiceUs);
  }

  #follow(): void {
    const at = Math.min(this.#session.deadline() ?? Infinity, this.#overdueAt);
    this.#outlet.timers.follow('tts', at === Infinity ? undefined : at);
  }
}
