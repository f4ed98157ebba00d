// Anthropic's entry in the registry: its settings with their defaults, and the factory of its sessions.
// Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { LlmFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { Generating } from '../generating.ts';
import { apiKey, httpBase, milliseconds } from '../setting.ts';
import { messagesProtocol } from './session.ts';

export const anthropicSettings = z.object({
  apiKey,
  baseUrl: httpBase('https://api.anthropic.com'),
  model: z.string().min(1).default('claude-haiku-4-5'),
  /** Of 0 to 1 here, and taken by the older version only. */
  temperature: z.number().min(0).max(2).default(0.7),
  /** Bound on the tokens of one reply. */
  maxTokens: z.int().min(1).max(32_768).default(150),
  version: z
    .enum(['2026-10-21', '2023-06-01'])
    .default('2026-10-21')
    .describe('version of its API: 2026-10-21 takes no temperature, 2023-06-01 does'),
  /** Open the connection when the call begins, so that the first turn does not wait for it. */
  warmUp: z.boolean().default(true),
  /** Longest silence of the stream, from the request to its first byte and between bytes. */
  firstByteMs: milliseconds(8_000),
});
export type AnthropicSettings = z.output<typeof anthropicSettings>;

const anthropicLlm =
  (settings: AnthropicSettings): LlmFactory =>
  (hooks) =>
    new Generating(messagesProtocol(settings), hooks);

export const anthropic: Vendor = {
  name: 'anthropic',
  title: 'Anthropic',
  keySource: 'https://platform.claude.com/settings/keys',
  llm: stage(anthropicSettings, anthropicLlm),
};
