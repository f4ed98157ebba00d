// One conversation, sans-IO: what happens goes in with its time, what shall be done comes out, and
// between the two nothing waits. The session owns the pipeline and the table of its timers; it
// opens no socket, reads no clock and makes no promise.

import { assert, unreachable } from './assert.ts';
import type { ClientEvent, ClientFactory, ClientSession } from './client.ts';
import { AssistantContext } from './context/assistant.ts';
import { Conversation } from './context/conversation.ts';
import { UserContext } from './context/user.ts';
import type { CountTokens } from './context/window.ts';
import { LIMITS } from './limit.ts';
import { Outlet, type SessionEffect } from './outlet.ts';
import { Pipeline } from './pipeline.ts';
import { PlayoutProcessor } from './playout/processor.ts';
import type { ChatMessage, LlmFactory, SttFactory, TtsFactory } from './provider.ts';
import type { CoreSettings } from './setting.ts';
import { LlmStage } from './stage/llm.ts';
import { SttStage } from './stage/stt.ts';
import { TtsStage } from './stage/tts.ts';
import type { Micros } from './time.ts';
import { type TimerName, TimerTable } from './timer.ts';
import { TurnProcessor } from './turn/turn.ts';
import { VadProcessor } from './vad/processor.ts';
import type { HttpEvent, SocketEvent } from './wire.ts';

/** PCM rate of the caller's audio, Hz: what voice activity model and recogniser are set to. */
export const CALLER_RATE = 16_000;

export type SessionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'client'; readonly data: string | Uint8Array }
  /** Audio from the client's media path: PCM s16le mono, 16 kHz. */
  | { readonly kind: 'client.media'; readonly pcm: Uint8Array }
  | { readonly kind: 'client.closed'; readonly reason: string }
  | { readonly kind: 'stt'; readonly event: SocketEvent }
  | { readonly kind: 'tts'; readonly event: SocketEvent }
  | { readonly kind: 'llm'; readonly event: HttpEvent }
  /** Answer to a `score` effect: 0…1024, in the order of the windows. */
  | { readonly kind: 'scored'; readonly score: number }
  /** The moment `deadline()` named has come. */
  | { readonly kind: 'wake' }
  /** A new system prompt, from the next reply on. */
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'end'; readonly reason: string };

export type SessionParts = {
  readonly client: ClientFactory;
  readonly stt: SttFactory;
  readonly llm: LlmFactory;
  readonly tts: TtsFactory;
  readonly countTokens: CountTokens;
};

export class Session {
  readonly #timers = new TimerTable();
  readonly #outlet = new Outlet(this.#timers);
  readonly #conversation: Conversation;
  readonly #client: ClientSession;
  readonly #vad: VadProcessor;
  readonly #stt: SttStage;
  readonly #turn: TurnProcessor;
  readonly #llm: LlmStage;
  readonly #tts: TtsStage;
  readonly #playout: PlayoutProcessor;
  readonly #pipeline: Pipeline;
  #ended = false;

  constructor(settings: CoreSettings, parts: SessionParts) {
    const outlet = this.#outlet;
    this.#conversation = new Conversation(settings.context.systemPrompt);
    this.#client = parts.client({
      send: (_now, data) => outlet.effect({ kind: 'client.send', data }),
      media: (_now, pcm) => outlet.effect({ kind: 'client.media', pcm }),
      close: (_now, code, reason) => outlet.effect({ kind: 'client.close', code, reason }),
      event: (now, event) => this.#clientEvent(now, event),
    });
    this.#vad = new VadProcessor(settings.vad, outlet);
    this.#stt = new SttStage(parts.stt, outlet);
    this.#turn = new TurnProcessor(settings.turn, outlet, () => this.#playout.saying);
    const user = new UserContext(settings.context, this.#conversation, outlet, parts.countTokens);
    this.#llm = new LlmStage(settings.reply, parts.llm, outlet, parts.countTokens);
    this.#tts = new TtsStage(parts.tts, settings.turn.speculation, this.#client.outputRate, outlet);
    this.#playout = new PlayoutProcessor(settings.playout, this.#client, outlet);
    const assistant = new AssistantContext(this.#conversation, outlet);
    this.#pipeline = new Pipeline(
      [this.#vad, this.#stt, this.#turn, user, this.#llm, this.#tts, this.#playout, assistant],
      [(now, frame) => this.#client.observe(now, frame)],
    );
  }

  /** Something happened at `now`. Takes effect before it returns; then ask `poll` and `deadline`. */
  input(now: Micros, event: SessionInput): void {
    if (this.#ended) return;
    switch (event.kind) {
      case 'start':
        this.#outlet.note(now, { what: 'session.started' });
        this.#pipeline.push(now, { kind: 'Start' });
        return;
      case 'client':
        return this.#client.receive(now, event.data);
      case 'client.media':
        return this.#client.receiveMedia(now, event.pcm);
      case 'client.closed':
        this.#outlet.note(now, { what: 'client.left', reason: event.reason });
        return this.#end(now, 'the client left');
      case 'stt':
        return this.#stt.receive(now, event.event);
      case 'tts':
        return this.#tts.receive(now, event.event);
      case 'llm':
        return this.#llm.receive(now, event.event);
      case 'scored':
        return this.#vad.scored(now, event.score);
      case 'wake':
        return this.#wake(now);
      case 'prompt':
        this.#conversation.systemPrompt = event.text;
        this.#outlet.note(now, { what: 'context', role: 'system', text: event.text, merged: false });
        return;
      case 'end':
        this.#client.close(now, event.reason);
        return this.#end(now, event.reason);
      default:
        return unreachable(event);
    }
  }

  /** The next thing to do, oldest first; undefined when all has been taken. */
  poll(): SessionEffect | undefined {
    return this.#outlet.take();
  }

  /** When the session wants a `wake`; undefined when it waits for the world alone. */
  deadline(): Micros | undefined {
    return this.#timers.next();
  }

  /** The conversation so far: what was said and what was heard, oldest first. */
  get history(): readonly ChatMessage[] {
    return this.#conversation.history;
  }

  #wake(now: Micros): void {
    let fired = 0;
    for (let name = this.#timers.take(now); name !== undefined; name = this.#timers.take(now)) {
      fired += 1;
      assert(fired <= LIMITS.timersPerWakeMax, `the timer ${name} never moves on`);
      this.#fire(now, name);
    }
  }

  #fire(now: Micros, name: TimerName): void {
    switch (name) {
      case 'stt':
        return this.#stt.wake(now);
      case 'llm':
        return this.#llm.wake(now);
      case 'tts':
        return this.#tts.wake(now);
      case 'endpoint':
        return this.#turn.endpointReached(now);
      case 'transcript':
        return this.#turn.transcriptOverdue(now);
      case 'overlap':
        return this.#turn.overlapLasted(now);
      case 'audio_gap':
        return this.#vad.audioGap(now);
      case 'playout':
        return this.#playout.tick(now);
      case 'played_out':
        return this.#playout.playedOut(now);
      default:
        return unreachable(name);
    }
  }

  #clientEvent(now: Micros, event: ClientEvent): void {
    switch (event.kind) {
      case 'ready':
        this.#outlet.note(now, { what: 'client.ready' });
        return;
      case 'audio': {
        const { pcm, sampleRate } = event;
        if (sampleRate !== CALLER_RATE) return this.#refuseRate(now, sampleRate);
        return this.#pipeline.push(now, { kind: 'AudioRaw', pcm, sampleRate });
      }
      case 'text':
        return this.#turn.typed(now, event);
      case 'unplayed':
        return this.#playout.unplayed(now, event.us);
      case 'left':
        this.#outlet.note(now, { what: 'client.left', reason: event.reason });
        this.#client.close(now, event.reason);
        return this.#end(now, 'the client left');
      case 'rejected':
        this.#outlet.note(now, { what: 'client.rejected', reason: event.reason });
        return this.#end(now, event.reason);
      default:
        return unreachable(event);
    }
  }

  /** Voice activity and recogniser are set to one rate; other audio would be heard as noise. */
  #refuseRate(now: Micros, sampleRate: number): void {
    const reason = `audio of ${sampleRate} Hz came; expected ${CALLER_RATE} Hz, mono, s16le`;
    this.#outlet.note(now, { what: 'client.rejected', reason });
    this.#client.close(now, reason);
    this.#end(now, reason);
  }

  #end(now: Micros, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipeline.push(now, { kind: 'End', reason });
    this.#timers.clearAll();
    this.#outlet.note(now, { what: 'session.ended', reason });
    this.#outlet.effect({ kind: 'ended' });
  }
}
