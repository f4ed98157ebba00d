// What the conversation has cost so far, by the usage it states and the prices it was given, and whether
// it nears its cap: when one more exchange as dear as the dearest so far, and the farewell, would pass it.
import type { AgentFact } from '../fact.ts';
import { seconds } from '../time.ts';
import type { CostSettings } from './setting.ts';

export class CostMeter {
  readonly #settings: CostSettings;
  readonly #farewellUsd: number;
  #usd = 0;
  /** Of the exchange under way, and of the dearest one. */
  #exchangeUsd = 0;
  #dearestUsd = 0;

  /** `farewell`: what will be said before the end; it costs as well. */
  constructor(settings: CostSettings, farewell: string) {
    this.#settings = settings;
    this.#farewellUsd = (farewell.length / 1_000) * settings.ttsUsdPerThousandCharacters;
  }

  /** US dollars so far. */
  get usd(): number {
    return this.#usd;
  }

  get capUsd(): number {
    return this.#settings.capUsd;
  }

  /** Nothing is capped at 0. */
  get near(): boolean {
    const { capUsd } = this.#settings;
    const reserveUsd = Math.max(this.#dearestUsd, this.#exchangeUsd) + this.#farewellUsd;
    return capUsd > 0 && this.#usd + reserveUsd >= capUsd;
  }

  /** Whether the fact is about usage, and has been counted. */
  take(fact: AgentFact): boolean {
    if (fact.what === 'turn.committed') this.#exchangeUsd = 0;
    const usd = this.#priceOf(fact);
    if (usd === undefined) return false;
    this.#usd += usd;
    this.#exchangeUsd += usd;
    this.#dearestUsd = Math.max(this.#dearestUsd, this.#exchangeUsd);
    return true;
  }

  #priceOf(fact: AgentFact): number | undefined {
    const price = this.#settings;
    switch (fact.what) {
      case 'usage.stt':
        return (fact.us / seconds(3_600)) * price.sttUsdPerHour;
      case 'usage.llm':
        return (
          (fact.promptTokens / 1e6) * price.llmUsdPerMillionInput +
          (fact.completionTokens / 1e6) * price.llmUsdPerMillionOutput
        );
      case 'usage.tts':
        return (fact.characters / 1_000) * price.ttsUsdPerThousandCharacters;
      default:
        return undefined;
    }
  }
}
