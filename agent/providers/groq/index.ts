// Groq's entry in the registry: chat completions, and what is its own in their dialect. Source:
// console.groq.com and the types of groq-sdk 1.6.
import { z } from 'zod';
import type { LlmFactory } from '../../core/provider.ts';
import { type ChatDialect, chatShape, thinkingTokens } from '../chat/dialect.ts';
import { ChatSession } from '../chat/session.ts';
import { stage, type Vendor } from '../entry.ts';
import { objectOf, stringOf } from '../json.ts';

export const groqSettings = z.object({
  ...chatShape({ baseUrl: 'https://api.groq.com/openai/v1', model: 'openai/gpt-oss-120b' }),
  reasoningTokens: thinkingTokens,
  reasoningEffort: z.enum(['low', 'medium', 'high']).default('low'),
});
type GroqSettings = z.output<typeof groqSettings>;

export function groqDialect(settings: GroqSettings): ChatDialect {
  const { baseUrl, model, temperature, topP, reasoningTokens, reasoningEffort } = settings;
  const reasons = model.includes('gpt-oss');
  return {
    options: (tokensMax) => ({
      temperature,
      top_p: topP,
      max_completion_tokens: tokensMax + (reasons ? reasoningTokens : 0),
      ...(reasons ? { reasoning_effort: reasoningEffort } : {}),
    }),
    warmUpUrl: `${baseUrl}/models`,
    // On the last chunk, whether it was asked for or not.
    usage: (chunk) => objectOf(objectOf(chunk['x_groq'])?.['usage']),
    error: (chunk) => stringOf(objectOf(chunk['x_groq'])?.['error']),
  };
}

const groqLlm =
  (settings: GroqSettings): LlmFactory =>
  (hooks) =>
    new ChatSession(settings, groqDialect(settings), hooks);

export const groq: Vendor = {
  name: 'groq',
  title: 'Groq',
  keySource: 'https://console.groq.com/keys',
  llm: stage(groqSettings, groqLlm),
};
