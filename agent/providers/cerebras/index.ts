// Cerebras' entry in the registry: its settings with their defaults, and what is its own in the dialect of
// chat completions. Source: inference-docs.cerebras.ai, 2026-11.
import { z } from 'zod';
import { parseRetryAfter } from '../../core/failure.ts';
import type { LlmFactory } from '../../core/provider.ts';
import { type ChatDialect, chatShape, thinkingTokens } from '../chat/dialect.ts';
import { ChatSession } from '../chat/session.ts';
import { stage, type Vendor } from '../entry.ts';

export const cerebrasSettings = z.object({
  /**
   * The original requirement named llama-3.3-70b, which the vendor retired on 2026-02-16; this is
   * the successor it suggests. An unknown model answers 404 and is not retried.
   */
  ...chatShape({ baseUrl: 'https://api.cerebras.ai/v1', model: 'gpt-oss-120b' }),
  reasoningTokens: thinkingTokens,
  reasoningEffort: z.enum(['none', 'low', 'medium', 'high']).default('low'),
});
type CerebrasSettings = z.output<typeof cerebrasSettings>;

const OWN = /^https:\/\/api\.cerebras\.ai\//;

export function cerebrasDialect(settings: CerebrasSettings): ChatDialect {
  const { baseUrl, model, temperature, topP, reasoningTokens, reasoningEffort } = settings;
  // These think before they speak, and the vendor counts their thoughts as output: the cap on what
  // is spoken needs room above it, or a long thought would leave the caller with silence.
  const reasons = model.includes('gpt-oss');
  return {
    options: (tokensMax) => ({
      temperature,
      top_p: topP,
      max_completion_tokens: tokensMax + (reasons ? reasoningTokens : 0),
      ...(reasons ? { reasoning_effort: reasoningEffort } : {}),
    }),
    // Cerebras has an address for it; other servers of the dialect have a list.
    warmUpUrl: OWN.test(baseUrl) ? `${baseUrl}/tcp_warming` : `${baseUrl}/models`,
    // Retry-After may be left out. The reset of the token bucket says it too, but only when tokens
    // are what ran out: on a busy server it would have us wait for the wrong thing.
    retryAfter: (headers, code) =>
      code === 'token_quota_exceeded'
        ? parseRetryAfter(headers['x-ratelimit-reset-tokens-minute'])
        : undefined,
  };
}

const cerebrasLlm =
  (settings: CerebrasSettings): LlmFactory =>
  (hooks) =>
    new ChatSession(settings, cerebrasDialect(settings), hooks);

export const cerebras: Vendor = {
  name: 'cerebras',
  title: 'Cerebras',
  keySource: 'https://cloud.cerebras.ai',
  llm: stage(cerebrasSettings, cerebrasLlm),
};
