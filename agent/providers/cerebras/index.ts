// The entry of Cerebras, and of every server that speaks the same dialect, in the registry: OpenAI,
// Groq or Ollama are this provider with another address, key and model.
import { z } from 'zod';
import type { LlmFactory } from '../../core/provider.ts';
import { apiKey, httpBase, milliseconds } from '../setting.ts';
import { CerebrasSession } from './session.ts';

export const cerebrasSettings = z.object({
  apiKey,
  baseUrl: httpBase('https://api.cerebras.ai/v1'),
  /**
   * The original requirement named llama-3.3-70b, which the vendor retired on 2026-02-16; this is
   * the successor it suggests. An unknown model answers 404 and is not retried.
   */
  model: z.string().min(1).default('gpt-oss-120b'),
  temperature: z.number().min(0).max(2).default(0.7),
  topP: z.number().gt(0).max(1).default(0.9),
  /** Bound on the tokens of one reply that are spoken. */
  maxTokens: z.int().min(1).max(32_768).default(150),
  /** Allowance above `maxTokens` for what a reasoning model thinks before it speaks. */
  reasoningTokens: z.int().min(0).max(32_768).default(256),
  reasoningEffort: z.enum(['none', 'low', 'medium', 'high']).default('low'),
  /** Open the connection when the call begins, so that the first turn does not wait for it. */
  warmUp: z.boolean().default(true),
  /** Longest silence of the stream, from the request to its first byte and between bytes. */
  firstByteMs: milliseconds(8_000),
});
export type CerebrasSettings = z.output<typeof cerebrasSettings>;

export const cerebrasLlm =
  (settings: CerebrasSettings): LlmFactory =>
  (hooks) =>
    new CerebrasSession(settings, hooks);
