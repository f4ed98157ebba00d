// Any server of OpenAI's chat completions under an address of your own: Ollama, llama.cpp, vLLM and the
// like. It may ask for no key. Only what all of them know is sent: the older name of the token bound, and
// no parameter of a vendor.
import { z } from 'zod';
import type { LlmFactory } from '../../core/provider.ts';
import { type ChatDialect, chatShape } from '../chat/dialect.ts';
import { ChatSession } from '../chat/session.ts';
import { stage, type Vendor } from '../entry.ts';

export const compatibleSettings = z.object({
  // Where Ollama listens, and a small model of its library.
  ...chatShape({ baseUrl: 'http://127.0.0.1:11434/v1', model: 'llama3.2' }),
});
type CompatibleSettings = z.output<typeof compatibleSettings>;

export function compatibleDialect({ baseUrl, temperature, topP }: CompatibleSettings): ChatDialect {
  return {
    options: (tokensMax) => ({ temperature, top_p: topP, max_tokens: tokensMax }),
    warmUpUrl: `${baseUrl}/models`,
  };
}

const compatibleLlm =
  (settings: CompatibleSettings): LlmFactory =>
  (hooks) =>
    new ChatSession(settings, compatibleDialect(settings), hooks);

export const openAiCompatible: Vendor = {
  name: 'openai-compatible',
  title: 'a server that speaks as OpenAI does (Ollama, llama.cpp, vLLM)',
  llm: stage(compatibleSettings, compatibleLlm),
};
