// The prices of the vendors that play, read from the agent's own published prices, so that the laboratory
// and the product can never disagree about what a conversation costs.
import { unitPrices } from '#agent/providers/price.ts';
import type { VendorStage } from '#sim/kernel/fact.ts';
import { type CastChoice, modelOf, USUAL_CAST } from '#sim/providers/cast-choice.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import type { Prices } from './conversation.ts';

/** Prices of the vendors that the emulators stand for. `providers` as on the command line. */
export function vendorPrices(providers?: string): Prices {
  const { first } = castOf(providers);
  const model = (stage: VendorStage) => ({
    provider: first[stage].vendor,
    model: modelOf(stage, first[stage]),
  });
  return pricesOf({ stt: model('stt'), llm: model('llm'), tts: model('tts') });
}

/** Prices of these models; null where none is published. */
export function pricesOf(models: Parameters<typeof unitPrices>[0]): Prices {
  const prices = unitPrices(models);
  return {
    sttUsdPerHour: prices.sttUsdPerHour,
    llmUsdPerMInput: prices.llmUsdPerMillionInput,
    llmUsdPerMOutput: prices.llmUsdPerMillionOutput,
    ttsUsdPer1kChars: prices.ttsUsdPerThousandCharacters,
  };
}

function castOf(providers: string | undefined): CastChoice {
  const loaded = providers === undefined ? undefined : loadProfile(providers);
  return loaded?.ok === true ? loaded.profile.cast : USUAL_CAST;
}
