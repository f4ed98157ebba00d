// Tells an RTVI client what the pipeline does, in the order the protocol promises: the caller's turn
// ends before the answer to it begins. An answer prepared while the caller still has the floor is
// held back until the turn is over, and forgotten when another one takes its place.
import type { DataFrame, Frame, Metric } from '../../core/frame.ts';
import { type Micros, toMs } from '../../core/time.ts';
import type { Dialect } from './handshake.ts';
import { errorMessage, type Metrics, type ServerMessage } from './message.ts';
import { SpokenText } from './spoken-text.ts';
import { isoTimestamp } from './timestamp.ts';

export type ObserverOptions = {
  readonly dialect: Dialect;
  /** Wall clock at microsecond 0 of the session, milliseconds since 1970. */
  readonly epochMs: number;
  tell(message: ServerMessage): void;
};

export class RtviObserver {
  readonly #options: ObserverOptions;
  /** By reply; only the latest few, since a reply that was thrown away sends no farewell. */
  readonly #spoken = new Map<number, SpokenText>();
  #segmentCount = 0;
  #userSpeaking = false;
  #userTurn: number | undefined;
  /** The reply of which bot-started-speaking was told; the pipeline says both in two directions. */
  #speakingReply: number | undefined;
  /** The reply prepared while the caller has the floor, and its messages so far. */
  #prepared: { readonly reply: number; readonly messages: ServerMessage[] } | undefined;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  observe(now: Micros, frame: Frame): void {
    switch (frame.kind) {
      case 'UserStartedSpeaking':
        return this.#userStarted(frame.turn);
      case 'UserStoppedSpeaking':
        this.#userSpeaking = false;
        this.#tell({ type: 'user-stopped-speaking' });
        if (!frame.answer) this.#prepared = undefined;
        return this.#release();
      case 'InterimTranscription':
      case 'Transcription':
        return this.#transcription(now, frame.text, frame.kind === 'Transcription');
      case 'Discard':
        return this.#forget(frame.reply);
      case 'Interruption':
        // Whatever the pipeline says first, the client is told the cause before its effect.
        this.#userStarted(frame.turn);
        return this.#tell({ type: 'bot-interrupted' });
      case 'BotStartedSpeaking':
        return this.#botStarted(frame.reply);
      case 'BotStoppedSpeaking':
        if (this.#speakingReply !== frame.reply) return;
        this.#speakingReply = undefined;
        return this.#tell({ type: 'bot-stopped-speaking' });
      case 'Metrics':
        return this.#tell({ type: 'metrics', data: metricsOf(frame.metric) });
      case 'Error':
        return this.#tell(errorMessage(`${frame.stage}: ${frame.failure.message}`, frame.fatal));
      case 'LlmMessages':
      case 'LlmStarted':
      case 'LlmText':
      case 'LlmEnded':
      case 'TtsStarted':
      case 'TtsText':
      case 'TtsEnded':
      case 'Heard':
        return this.#reply(frame);
      default: // Audio and what only the pipeline cares about.
    }
  }

  #reply(frame: ReplyFrame): void {
    const reply = frame.reply;
    switch (frame.kind) {
      case 'LlmMessages': {
        this.#prepare(reply);
        const text = frame.messages.findLast((message) => message.role === 'user')?.content;
        if (text !== undefined) this.#tellOf(reply, { type: 'user-llm-text', data: { text } });
        return;
      }
      case 'LlmStarted':
        this.#prepare(reply);
        return this.#tellOf(reply, { type: 'bot-llm-started' });
      case 'LlmText':
        return this.#tellOf(reply, { type: 'bot-llm-text', data: { text: frame.text } });
      case 'LlmEnded':
        return this.#tellOf(reply, { type: 'bot-llm-stopped' });
      case 'TtsStarted':
        return this.#voice(reply, frame.text);
      case 'TtsText':
        this.#tell({ type: 'bot-tts-text', data: { text: frame.text } });
        return this.#spoken.get(reply)?.word(frame.text);
      case 'TtsEnded':
        // A reply without words ends without ever having been voiced.
        if (this.#spoken.has(reply)) this.#tellOf(reply, { type: 'bot-tts-stopped' });
        return;
      case 'Heard':
        if (frame.complete) this.#spoken.get(reply)?.complete();
        this.#spoken.delete(reply);
        return;
    }
  }

  #userStarted(turn: number): void {
    this.#userSpeaking = true;
    if (this.#userTurn === turn) return;
    this.#userTurn = turn;
    this.#tell({ type: 'user-started-speaking' });
  }

  #botStarted(reply: number): void {
    if (this.#speakingReply === reply) return;
    this.#speakingReply = reply;
    if (this.#prepared?.reply === reply) this.#release();
    this.#tell({ type: 'bot-started-speaking' });
    this.#spoken.get(reply)?.begin();
  }

  #voice(reply: number, text: string): void {
    let spoken = this.#spoken.get(reply);
    if (spoken === undefined) {
      this.#tellOf(reply, { type: 'bot-tts-started' });
      spoken = this.#newSpokenText();
      this.#spoken.set(reply, spoken);
      if (this.#spoken.size > REPLIES_KEPT) this.#spoken.delete(Math.min(...this.#spoken.keys()));
    }
    spoken.add(text);
  }

  #newSpokenText(): SpokenText {
    const nextId = (): number => {
      this.#segmentCount += 1;
      return this.#segmentCount;
    };
    return new SpokenText(this.#options.dialect, nextId, (data) => this.#tell({ type: 'bot-output', data }));
  }

  #transcription(now: Micros, text: string, final: boolean): void {
    if (text === '') return;
    const timestamp = isoTimestamp(this.#options.epochMs + toMs(now));
    this.#tell({ type: 'user-transcription', data: { text, user_id: '', timestamp, final } });
  }

  /** From now on, what is said about `reply` waits until the caller's turn is over. */
  #prepare(reply: number): void {
    if (this.#userSpeaking && this.#prepared?.reply !== reply) this.#prepared = { reply, messages: [] };
  }

  /** It will not be given: the client never hears of it. */
  #forget(reply: number): void {
    if (this.#prepared?.reply === reply) this.#prepared = undefined;
    this.#spoken.delete(reply);
  }

  #release(): void {
    const messages = this.#prepared?.messages ?? [];
    this.#prepared = undefined;
    for (const message of messages) this.#tell(message);
  }

  #tellOf(reply: number, message: ServerMessage): void {
    if (this.#prepared?.reply !== reply) return this.#tell(message);
    this.#prepared.messages.push(message);
    // More than any answer prepared in one pause: the order is given up rather than the bound.
    if (this.#prepared.messages.length >= PREPARED_MESSAGES_MAX) this.#release();
  }

  #tell(message: ServerMessage): void {
    this.#options.tell(message);
  }
}

type ReplyFrame = Extract<
  DataFrame,
  {
    kind:
      | 'LlmMessages'
      | 'LlmStarted'
      | 'LlmText'
      | 'LlmEnded'
      | 'TtsStarted'
      | 'TtsText'
      | 'TtsEnded'
      | 'Heard';
  }
>;

const REPLIES_KEPT = 4;
const PREPARED_MESSAGES_MAX = 1_000;

function metricsOf(metric: Metric): Metrics {
  switch (metric.kind) {
    case 'ttfb':
      return { ttfb: [{ processor: metric.stage, value: metric.us / 1_000_000 }] };
    case 'characters':
      return { characters: [{ processor: 'tts', value: metric.count }] };
    case 'audio':
      return { stt_usage: [{ processor: 'stt', value: { audio_seconds: metric.us / 1_000_000 } }] };
    case 'tokens': {
      const { promptTokens, completionTokens, cachedTokens } = metric.usage;
      return {
        tokens: [
          {
            prompt_tokens: promptTokens,
            completion_tokens: completionTokens,
            total_tokens: promptTokens + completionTokens,
            cache_read_input_tokens: cachedTokens,
          },
        ],
      };
    }
  }
}
