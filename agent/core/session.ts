// One conversation, sans-IO: what happens goes in with its time, what shall be done comes out, and
// between the two nothing waits. The session owns the pipeline and the table of its timers; it
// opens no socket, reads no clock and makes no promise.

import { assert, unreachable } from './assert.ts';
import type { ClientEvent, ClientFactory, ClientSession, Said } from './client.ts';
import { AssistantContext } from './context/assistant.ts';
import { Conversation } from './context/conversation.ts';
import { Memory } from './context/memory.ts';
import { type ConversationSnapshot, restoreSnapshot, takeSnapshot } from './context/snapshot.ts';
import { Summariser } from './context/summariser.ts';
import { UserContext } from './context/user.ts';
import type { CountTokens } from './context/window.ts';
import type { Frame } from './frame.ts';
import { LIMITS } from './limit.ts';
import { Outlet, type SessionEffect } from './outlet.ts';
import { type Observer, Pipeline } from './pipeline.ts';
import { PlayoutProcessor } from './playout/processor.ts';
import { Presence } from './presence/presence.ts';
import type { ChatMessage, LlmFactory, SttFactory, TtsFactory } from './provider.ts';
import type { CoreSettings } from './setting.ts';
import { LlmStage } from './stage/llm.ts';
import { SttStage } from './stage/stt.ts';
import { TtsStage } from './stage/tts.ts';
import type { Micros } from './time.ts';
import { type TimerName, TimerTable } from './timer.ts';
import { ToolDesk } from './tool/desk.ts';
import type { ToolEvent, ToolSpec } from './tool/spec.ts';
import { TurnProcessor } from './turn/turn.ts';
import { VadProcessor } from './vad/processor.ts';
import type { HttpEvent, Lane, SocketEvent } from './wire.ts';

/** PCM rate of the caller's audio, Hz: what voice activity model and recogniser are set to. */
export const CALLER_RATE = 16_000;

export type SessionInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'client'; readonly data: string | Uint8Array }
  /** Audio from the client's media path: PCM s16le mono, 16 kHz. */
  | { readonly kind: 'client.media'; readonly pcm: Uint8Array }
  | { readonly kind: 'client.closed'; readonly reason: string }
  /** The connection broke: the client may come back. `sinceUs`: the last sign of life on it. */
  | { readonly kind: 'client.lost'; readonly reason: string; readonly sinceUs: Micros }
  /** It has a new connection, on which its messages come from now on. */
  | { readonly kind: 'client.back' }
  | { readonly kind: 'stt'; readonly event: SocketEvent; readonly lane?: Lane }
  | { readonly kind: 'tts'; readonly event: SocketEvent; readonly lane?: Lane }
  | { readonly kind: 'llm'; readonly event: HttpEvent; readonly lane?: Lane }
  /** Answer to a `score` effect: 0…1024, in the order of the windows. */
  | { readonly kind: 'scored'; readonly score: number }
  /** The moment `deadline()` named has come. */
  | { readonly kind: 'wake' }
  /** A new system prompt, from the next reply on. */
  | { readonly kind: 'prompt'; readonly text: string }
  /** A fact that stays before the model for the whole call. */
  | { readonly kind: 'pin'; readonly text: string }
  /** How a call of a tool ended. */
  | { readonly kind: 'tool'; readonly event: ToolEvent }
  /** For the app behind the client: something that is not of the conversation. */
  | { readonly kind: 'tell'; readonly data: unknown }
  /** The call shall end politely: a farewell is said as soon as the floor is free. */
  | { readonly kind: 'leave'; readonly reason: string }
  | { readonly kind: 'end'; readonly reason: string };

/** A conversation that began in another process; `awayUs`: since that one last kept it. */
export type Restored = { readonly snapshot: ConversationSnapshot; readonly awayUs: Micros };

export type SessionParts = {
  readonly client: ClientFactory;
  readonly stt: SttFactory;
  readonly llm: LlmFactory;
  readonly tts: TtsFactory;
  /** What the model may call; nothing when absent. */
  readonly tools?: readonly ToolSpec[];
  readonly countTokens: CountTokens;
  /** Differs from call to call: what retries are spread by. */
  readonly salt?: number;
  /** What this session goes on with; a new conversation when absent. */
  readonly restored?: Restored;
  /** Sees every frame once, from whom it comes. */
  readonly watch?: Observer;
};

export class Session {
  readonly #timers = new TimerTable();
  readonly #outlet: Outlet;
  readonly #conversation: Conversation;
  readonly #memory: Memory;
  readonly #summariser: Summariser;
  readonly #tools: ToolDesk;
  readonly #client: ClientSession;
  readonly #vad: VadProcessor;
  readonly #stt: SttStage;
  readonly #turn: TurnProcessor;
  readonly #llm: LlmStage;
  readonly #tts: TtsStage;
  readonly #playout: PlayoutProcessor;
  readonly #pipeline: Pipeline;
  readonly #presence: Presence;
  /** Until its client can hear again. */
  #restored: Restored | undefined;
  #ended = false;

  constructor(settings: CoreSettings, parts: SessionParts) {
    this.#outlet = new Outlet(this.#timers, parts.salt);
    const outlet = this.#outlet;
    this.#conversation = new Conversation(settings.context.systemPrompt);
    this.#memory = new Memory(outlet);
    this.#restored = parts.restored;
    if (parts.restored !== undefined)
      restoreSnapshot(parts.restored.snapshot, this.#conversation, this.#memory);
    this.#client = parts.client({
      send: (_now, data) => outlet.effect({ kind: 'client.send', data }),
      media: (_now, pcm) => outlet.effect({ kind: 'client.media', pcm }),
      close: (_now, code, reason) => outlet.effect({ kind: 'client.close', code, reason }),
      event: (now, event) => this.#clientEvent(now, event),
      history: () => this.spoken,
    });
    this.#vad = new VadProcessor(settings.vad, outlet);
    this.#stt = new SttStage(parts.stt, outlet);
    this.#turn = new TurnProcessor(settings.turn, outlet, () => this.#playout.saying);
    const { countTokens } = parts;
    const told = { conversation: this.#conversation, memory: this.#memory };
    const user = new UserContext(settings.context, this.#conversation, this.#memory, outlet, countTokens);
    this.#summariser = new Summariser(settings.context, told, parts.llm, outlet, countTokens);
    this.#tools = new ToolDesk(parts.tools ?? [], this.#conversation, outlet);
    this.#llm = new LlmStage(settings.reply, parts.llm, this.#tools, outlet, countTokens);
    const { apology } = settings.reply;
    const voice = { ...settings.voice, apology, speaksDrafts: settings.turn.speculation.upTo === 'voice' };
    this.#tts = new TtsStage(parts.tts, voice, this.#client.outputRate, outlet);
    this.#playout = new PlayoutProcessor(settings.playout, this.#client, outlet);
    this.#presence = new Presence(settings.presence, {
      outlet,
      apology,
      client: this.#client,
      turn: this.#turn,
      playout: this.#playout,
      end: (now, reason, politely) => {
        if (politely) this.#client.close(now, reason);
        this.#end(now, reason);
      },
    });
    const assistant = new AssistantContext(this.#conversation, outlet);
    this.#pipeline = new Pipeline(
      [this.#vad, this.#stt, this.#turn, user, this.#llm, this.#tts, this.#playout, assistant],
      [
        (now, frame) => this.#client.observe(now, frame),
        (now, frame) => this.#observe(now, frame),
        ...(parts.watch === undefined ? [] : [parts.watch]),
      ],
    );
  }

  /** Something happened at `now`. Takes effect before it returns; then ask `poll` and `deadline`. */
  input(now: Micros, event: SessionInput): void {
    if (this.#ended) return;
    switch (event.kind) {
      case 'start':
        this.#outlet.note(now, { what: 'session.started' });
        this.#pipeline.push(now, { kind: 'Start' });
        return this.#goOn(now);
      case 'client':
        return this.#client.receive(now, event.data);
      case 'client.media':
        return this.#client.receiveMedia(now, event.pcm);
      case 'client.closed':
        this.#outlet.note(now, { what: 'client.left', reason: event.reason });
        return this.#end(now, 'the client left');
      case 'client.lost':
        return this.#presence.absence.lost(now, event.reason, event.sinceUs);
      case 'client.back':
        return this.#presence.absence.back(now);
      case 'stt':
        return this.#stt.receive(now, event.event, event.lane);
      case 'tts':
        return this.#tts.receive(now, event.event, event.lane);
      case 'llm':
        if (this.#summariser.receive(now, event.event, event.lane)) return;
        return this.#llm.receive(now, event.event, event.lane);
      case 'tool':
        return this.#tools.receive(now, event.event);
      case 'scored':
        return this.#vad.scored(now, event.score);
      case 'wake':
        return this.#wake(now);
      case 'prompt':
        return this.#instruct(now, event.text);
      case 'pin':
        return this.#memory.pin(now, event.text);
      case 'tell':
        return this.#client.tell?.(now, event.data);
      case 'leave':
        return this.#presence.idle.leave(now, event.reason);
      case 'end':
        this.#client.close(now, event.reason);
        return this.#end(now, event.reason);
      default:
        return unreachable(event);
    }
  }

  /** The next thing to do, oldest first; undefined when all has been taken. */
  poll(): SessionEffect | undefined {
    const effect = this.#outlet.take();
    this.#presence.watch(effect);
    return effect;
  }

  /** When the session wants a `wake`; undefined when it waits for the world alone. */
  deadline(): Micros | undefined {
    return this.#timers.next();
  }

  /** The conversation so far as it was said and heard, without what passed between model and tools. */
  get spoken(): readonly Said[] {
    return this.#conversation.history.flatMap(({ role, content, calls }): Said[] =>
      calls === undefined && (role === 'user' || role === 'assistant') ? [{ role, text: content }] : [],
    );
  }

  /** The same with calls of tools and their results, oldest first. */
  get history(): readonly ChatMessage[] {
    return this.#conversation.history;
  }

  /** The conversation as data, with which another session may go on. */
  snapshot(): ConversationSnapshot {
    return takeSnapshot(this.#conversation, this.#memory);
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
      case 'tool':
        return this.#tools.wake(now);
      case 'summary':
        return this.#summariser.wake(now);
      case 'endpoint':
        return this.#turn.endpointReached(now);
      case 'transcript':
        return this.#turn.transcriptOverdue(now);
      case 'wordless':
        return this.#turn.wordsCeased(now);
      case 'overlap':
        return this.#turn.overlapLasted(now);
      case 'clause':
        return this.#tts.clauseDue(now);
      case 'audio_gap':
        return this.#vad.audioGap(now);
      case 'playout':
        return this.#playout.tick(now);
      case 'played_out':
        return this.#playout.playedOut(now);
      case 'idle':
        return this.#presence.idle.wake(now);
      case 'unheard':
        return this.#presence.unheard.wake(now);
      case 'reconnect':
        return this.#presence.absence.wake(now);
      default:
        return unreachable(name);
    }
  }

  #clientEvent(now: Micros, event: ClientEvent): void {
    switch (event.kind) {
      case 'ready':
        this.#outlet.note(now, { what: 'client.ready' });
        return this.#ready(now);
      case 'audio': {
        const { pcm, sampleRate } = event;
        if (sampleRate !== CALLER_RATE) return this.#refuseRate(now, sampleRate);
        return this.#pipeline.push(now, { kind: 'AudioRaw', pcm, sampleRate });
      }
      case 'text':
        return this.#turn.typed(now, event);
      case 'prompt':
        return this.#instruct(now, event.text);
      case 'pin':
        return this.#memory.pin(now, event.text);
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

  /** Its client comes from another process: it is met as one that came back. */
  #goOn(now: Micros): void {
    if (this.#restored === undefined) return;
    const { awayUs } = this.#restored;
    this.#outlet.note(now, { what: 'client.back', awayUs });
    if (this.#client.back(now, awayUs)) this.#clientEvent(now, { kind: 'ready' });
  }

  /** A question whose answer went down with the other process is asked for again. */
  #ready(now: Micros): void {
    const owed = this.#restored !== undefined && this.#conversation.history.at(-1)?.role === 'user';
    this.#restored = undefined;
    this.#presence.ready(now, owed);
  }

  /** Takes effect with the next request to the model. */
  #instruct(now: Micros, prompt: string): void {
    this.#conversation.systemPrompt = prompt;
    this.#outlet.note(now, { what: 'context', role: 'system', text: prompt, merged: false });
  }

  /** While a reply sounds nobody waits for the model: the moment to look back, too. */
  #observe(now: Micros, frame: Frame): void {
    this.#presence.observe(now, frame);
    const quiet = frame.kind === 'BotStartedSpeaking' || (frame.kind === 'Heard' && frame.complete);
    if (quiet && !this.#ended) this.#summariser.consider(now);
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
    this.#summariser.stop(now);
    this.#timers.clearAll();
    this.#outlet.note(now, { what: 'session.ended', reason });
    this.#outlet.effect({ kind: 'ended' });
  }
}
