// What an answer has used, in the words of the dialects: tokens, and times in seconds.
import type { Micros } from '#agent/core/time.ts';
import type { Generation } from './generation.ts';

export type UsageFigures = {
  readonly tokens: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
  readonly details: {
    readonly prompt_tokens_details: { readonly cached_tokens: number };
    readonly completion_tokens_details: {
      readonly reasoning_tokens: number;
      readonly accepted_prediction_tokens: number;
      readonly rejected_prediction_tokens: number;
    };
  };
  readonly times: {
    readonly queue_time: number;
    readonly prompt_time: number;
    readonly completion_time: number;
    readonly total_time: number;
  };
  /** Seconds since 1970. */
  readonly created: number;
};

const QUEUE_S = 0.0001;

export function usageOf(generation: Generation, elapsedUs: Micros, created: number): UsageFigures {
  const { prompt, cached, completion } = generation.usage;
  const total = elapsedUs / 1_000_000;
  const promptTime = Math.min(total, prompt / 100_000);
  return {
    tokens: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    },
    details: {
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: {
        reasoning_tokens: generation.reasoningTokens,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    times: {
      queue_time: QUEUE_S,
      prompt_time: promptTime,
      completion_time: Math.max(0, total - promptTime - QUEUE_S),
      total_time: total,
    },
    created,
  };
}
