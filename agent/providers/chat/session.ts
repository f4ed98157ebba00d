// A language model behind a server of chat completions, in the dialect of its vendor.
import type { LlmHooks } from '../../core/provider.ts';
import { ms } from '../../core/time.ts';
import { Generating, type GenerationProtocol } from '../generating.ts';
import type { ChatDialect, ChatSettings } from './dialect.ts';
import { ChatReader } from './reader.ts';
import { completionsBody, completionsHeaders, completionsUrl, failureOfAnswer, keyHeaders } from './wire.ts';

export class ChatSession extends Generating {
  constructor(settings: ChatSettings, dialect: ChatDialect, hooks: LlmHooks) {
    super(chatProtocol(settings, dialect), hooks);
  }
}

function chatProtocol(settings: ChatSettings, dialect: ChatDialect): GenerationProtocol {
  const { apiKey, firstByteMs, warmUp } = settings;
  return {
    url: completionsUrl(settings),
    headers: completionsHeaders(settings),
    secret: apiKey,
    silenceUs: ms(firstByteMs),
    warmUp: warmUp ? { url: dialect.warmUpUrl, headers: keyHeaders(settings) } : undefined,
    body: (messages, wish) => completionsBody(settings, dialect, messages, wish),
    reader: () => new ChatReader(apiKey, dialect),
    failureOf: (refusal) => failureOfAnswer(refusal, apiKey, dialect),
  };
}
