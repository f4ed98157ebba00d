// What usage costs, by the published prices in `prices.json`, each with its source and date. What
// has no known price costs `null`, never 0: an unknown is not a bargain.
import type { LlmUsage } from '../core/provider.ts';
import type { Micros } from '../core/time.ts';
import table from './prices.json' with { type: 'json' };

export type Usage =
  /** Audio streamed, silence included. */
  | { readonly service: 'stt'; readonly provider: string; readonly model: string; readonly us: Micros }
  | { readonly service: 'llm'; readonly provider: string; readonly model: string; readonly tokens: LlmUsage }
  /** Characters sent, whether or not they were heard. */
  | {
      readonly service: 'tts';
      readonly provider: string;
      readonly model: string;
      readonly characters: number;
    };

/** US dollars; null when the price is not known. */
export function priceOf(usage: Usage): number | null {
  const row = rowOf(usage.service, usage.provider, usage.model);
  if (row === undefined) return null;
  switch (usage.service) {
    case 'stt':
      return per(usage.us / 3.6e9, row.usdPerHour);
    case 'llm': {
      // Cached tokens at the full price, because no other is published: an upper bound.
      const input = per(usage.tokens.promptTokens / 1e6, row.usdPerMillionInput);
      const output = per(usage.tokens.completionTokens / 1e6, row.usdPerMillionOutput);
      return input === null || output === null ? null : input + output;
    }
    case 'tts':
      return per(usage.characters / 1e3, row.usdPerThousandCharacters);
  }
}

/** What each service charges per unit; null where no price is known. */
export type UnitPrices = {
  readonly sttUsdPerHour: number | null;
  readonly llmUsdPerMillionInput: number | null;
  readonly llmUsdPerMillionOutput: number | null;
  readonly ttsUsdPerThousandCharacters: number | null;
};

type Priced = { readonly provider: string; readonly model: string };

/** Prices of these three models. */
export function unitPrices(models: Readonly<Record<'stt' | 'llm' | 'tts', Priced>>): UnitPrices {
  const row = (service: 'stt' | 'llm' | 'tts') =>
    rowOf(service, models[service].provider, models[service].model);
  return {
    sttUsdPerHour: row('stt')?.usdPerHour ?? null,
    llmUsdPerMillionInput: row('llm')?.usdPerMillionInput ?? null,
    llmUsdPerMillionOutput: row('llm')?.usdPerMillionOutput ?? null,
    ttsUsdPerThousandCharacters: row('tts')?.usdPerThousandCharacters ?? null,
  };
}

const rowOf = (service: string, provider: string, model: string) =>
  table.prices.find((row) => row.service === service && row.provider === provider && row.model === model);

const per = (amount: number, price: number | undefined): number | null =>
  price === undefined ? null : amount * price;
