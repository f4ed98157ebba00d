// OpenAI's entry in the registry: chat completions, and what is its own in their dialect. Source:
// platform.openai.com, 2026-11.
import { z } from 'zod';
import type { LlmFactory } from '../../core/provider.ts';
import { type ChatDialect, chatShape, thinkingTokens } from '../chat/dialect.ts';
import { ChatSession } from '../chat/session.ts';
import { stage, type Vendor } from '../entry.ts';
import { openAiVoices } from './catalogue.ts';

export const openAiSettings = z.object({
  ...chatShape({ baseUrl: 'https://api.openai.com/v1', model: 'gpt-4.1-mini' }),
  reasoningTokens: thinkingTokens,
  reasoningEffort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high'])
    .default('low')
    .describe('how long models that think do so: none, minimal, low, medium, high'),
});
type OpenAiSettings = z.output<typeof openAiSettings>;

/** They take neither temperature nor top_p, and their thoughts count as output. */
const REASONING = /^(o\d|gpt-[5-9])/;

export function openAiDialect(settings: OpenAiSettings): ChatDialect {
  const { baseUrl, model, temperature, topP, reasoningTokens, reasoningEffort } = settings;
  return {
    options: (tokensMax) =>
      REASONING.test(model)
        ? { max_completion_tokens: tokensMax + reasoningTokens, reasoning_effort: reasoningEffort }
        : { temperature, top_p: topP, max_completion_tokens: tokensMax },
    warmUpUrl: `${baseUrl}/models`,
    // Random padding against listeners who count bytes; our words do not need it, and it costs bytes.
    streamOptions: { include_obfuscation: false },
  };
}

const openAiLlm =
  (settings: OpenAiSettings): LlmFactory =>
  (hooks) =>
    new ChatSession(settings, openAiDialect(settings), hooks);

export const openAi: Vendor = {
  name: 'openai',
  title: 'OpenAI',
  keySource: 'https://platform.openai.com/api-keys',
  voices: openAiVoices,
  llm: stage(openAiSettings, openAiLlm),
};
