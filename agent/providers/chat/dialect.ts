// What servers of chat completions have in common as settings, and where they differ: each vendor states
// its differences here as a value, and everything else is read and written the same way for all.
import { z } from 'zod';
import type { Micros } from '../../core/time.ts';
import type { Headers } from '../../core/wire.ts';
import type { JsonObject } from '../json.ts';
import { apiKey, httpBase, milliseconds } from '../setting.ts';

export type ChatSettings = {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly warmUp: boolean;
  readonly firstByteMs: number;
};

export type ChatDialect = {
  /** Members of a request besides model, messages, tools and streaming. */
  options(tokensMax: number): object;
  /** Something cheap to ask for, so that a connection stands before the first turn. */
  readonly warmUpUrl: string;
  /** Members of `stream_options` besides `include_usage`. */
  readonly streamOptions?: object;
  /** Where a chunk carries usage besides `usage`. */
  usage?(chunk: JsonObject): JsonObject | undefined;
  /** The words of an error that a chunk carries besides `error`. */
  error?(chunk: JsonObject): string | undefined;
  /** What a refusal asks us to wait, where it says so in words of its own. `headers` in lower case. */
  retryAfter?(headers: Headers, code: string): Micros | undefined;
};

/** The shape of settings that all servers of this dialect share. */
export const chatShape = (preset: { readonly baseUrl: string; readonly model: string }) => ({
  apiKey,
  baseUrl: httpBase(preset.baseUrl),
  model: z.string().min(1).default(preset.model),
  temperature: z.number().min(0).max(2).default(0.7),
  topP: z.number().gt(0).max(1).default(0.9),
  /** Bound on the tokens of one reply that are spoken. */
  maxTokens: z.int().min(1).max(32_768).default(150),
  /** Open the connection when the call begins, so that the first turn does not wait for it. */
  warmUp: z.boolean().default(true),
  /** Longest silence of the stream, from the request to its first byte and between bytes. */
  firstByteMs: milliseconds(8_000),
});

/** Allowance above `maxTokens` for what a reasoning model thinks before it speaks. */
export const thinkingTokens = z.int().min(0).max(32_768).default(256);
