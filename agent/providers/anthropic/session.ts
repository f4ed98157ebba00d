// A generation at Anthropic: what is asked, and how the events of one answer are put together. The rest is
// that of all language models (`generating.ts`).
import { unreachable } from '../../core/assert.ts';
import type { LlmUsage } from '../../core/provider.ts';
import { ms } from '../../core/time.ts';
import { type AnswerReader, type EventRead, type Finish, malformed, type WholeAnswer } from '../answer.ts';
import { CallCollector } from '../calls.ts';
import type { GenerationProtocol } from '../generating.ts';
import type { AnthropicSettings } from './index.ts';
import { keyHeaders, messagesBody, messagesHeaders, messagesUrl, warmUpUrl } from './request.ts';
import { type Counts, failureOfAnswer, parseEvent } from './wire.ts';

export function messagesProtocol(settings: AnthropicSettings): GenerationProtocol {
  const { apiKey, firstByteMs, warmUp } = settings;
  return {
    url: messagesUrl(settings),
    headers: messagesHeaders(settings),
    secret: apiKey,
    silenceUs: ms(firstByteMs),
    warmUp: warmUp ? { url: warmUpUrl(settings), headers: keyHeaders(settings) } : undefined,
    body: (messages, wish) => messagesBody(settings, messages, wish),
    reader: () => new MessageReader(apiKey),
    failureOf: (refusal) => failureOfAnswer(refusal, apiKey),
  };
}

export class MessageReader implements AnswerReader {
  readonly #secret: string;
  readonly #calls = new CallCollector();
  #counts: Counts = {};
  #finish: Finish | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  read(payload: string, texts: string[]): EventRead {
    const event = parseEvent(payload, this.#secret);
    switch (event.kind) {
      case 'text':
        if (event.text !== '') texts.push(event.text);
        return { kind: 'more' };
      case 'call':
        if (this.#calls.add([event.piece])) return { kind: 'more' };
        return { kind: 'error', failure: malformed('calls without end') };
      case 'counts':
        this.#counts = { ...this.#counts, ...event.counts };
        this.#finish = event.finish ?? this.#finish;
        return { kind: 'more' };
      case 'stop':
        return { kind: 'over' };
      case 'error':
      case 'malformed':
        return event;
      case 'unknown':
        return { kind: 'more' };
      default:
        return unreachable(event);
    }
  }

  whole(): WholeAnswer | undefined {
    const finish = this.#finish;
    return finish === undefined ? undefined : { finish, usage: this.#usage(), calls: this.#calls.all() };
  }

  /** What was read from the cache or written to it is not among the vendor's `input_tokens`. */
  #usage(): LlmUsage | undefined {
    const { input, cacheRead = 0, cacheWritten = 0, output } = this.#counts;
    if (input === undefined && output === undefined) return undefined;
    return {
      promptTokens: (input ?? 0) + cacheRead + cacheWritten,
      cachedTokens: cacheRead,
      completionTokens: output ?? 0,
    };
  }
}
