// The price table of the default vendors, read from the agent's own published prices, so that the
// laboratory and the product can never disagree about what a conversation costs.

import { seconds } from '#agent/core/time.ts';
import { priceOf } from '#agent/providers/price.ts';
import type { Prices } from './conversation.ts';

const STT = { service: 'stt', provider: 'cartesia', model: 'ink-whisper' } as const;
const LLM = { service: 'llm', provider: 'cerebras', model: 'gpt-oss-120b' } as const;
const TTS = { service: 'tts', provider: 'elevenlabs', model: 'eleven_flash_v2_5' } as const;

/** Prices of the vendors that the emulators stand for. */
export function vendorPrices(): Prices {
  const tokens = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
  return {
    sttUsdPerHour: priceOf({ ...STT, us: seconds(3_600) }),
    llmUsdPerMInput: priceOf({ ...LLM, tokens: { ...tokens, promptTokens: 1_000_000 } }),
    llmUsdPerMOutput: priceOf({ ...LLM, tokens: { ...tokens, completionTokens: 1_000_000 } }),
    ttsUsdPer1kChars: priceOf({ ...TTS, characters: 1_000 }),
  };
}
