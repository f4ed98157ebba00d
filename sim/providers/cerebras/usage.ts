// Usage and timing as the two dialects report them, in the pieces from which an answer is put together.
import type { Micros } from '#agent/core/time.ts';
import type { Generation } from './generation.ts';

/** JSON members without braces. Cerebras adds `time_info`, in seconds. */
export function usageJson(
  generation: Generation,
  elapsedUs: Micros,
  created: number,
): { readonly cerebras: string; readonly openai: string } {
  const { prompt, cached, completion } = generation.usage;
  const usage = JSON.stringify({
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: {
      reasoning_tokens: generation.reasoningTokens,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  });
  const total = elapsedUs / 1_000_000;
  const queue = 0.0001;
  const promptTime = Math.min(total, prompt / 100_000);
  const times = JSON.stringify({
    queue_time: queue,
    prompt_time: promptTime,
    completion_time: Math.max(0, total - promptTime - queue),
    total_time: total,
    created,
  });
  return { cerebras: `"usage":${usage},"time_info":${times}`, openai: `"usage":${usage}` };
}
