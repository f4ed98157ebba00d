// What a call has used and what that costs at list prices, folded from the usage it states. A service whose
// price nobody knows costs nothing here and is said to be unpriced: an unknown is not a bargain.
import type { AgentFact } from '../core/fact.ts';
import { type Micros, seconds } from '../core/time.ts';

/** US dollars per unit; null where no price is known. */
export type Prices = {
  readonly sttUsdPerHour: number | null;
  readonly llmUsdPerMillionInput: number | null;
  readonly llmUsdPerMillionOutput: number | null;
  readonly ttsUsdPerThousandCharacters: number | null;
};

export type Service = 'stt' | 'llm' | 'tts';

export type Usage = {
  /** Audio streamed to the recogniser. */
  readonly sttUs: Micros;
  readonly promptTokens: number;
  /** Of the prompt's, those the vendor had in its cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** Sent to the voice. */
  readonly characters: number;
};

/** One statement of usage. `usd` is null without a price; `wasted`: no caller heard anything of it. */
export type Spend = { readonly service: Service; readonly usd: number | null; readonly wasted: boolean };

/** Undefined when `fact` is about something else. */
export function spendOf(fact: AgentFact, prices: Prices): Spend | undefined {
  switch (fact.what) {
    case 'usage.stt': {
      const usd = priced(fact.us / seconds(3_600), prices.sttUsdPerHour);
      return { service: 'stt', usd, wasted: fact.wasted === true };
    }
    case 'usage.llm': {
      // Cached tokens at the full price, as the cost cap counts them: an upper bound.
      const input = priced(fact.promptTokens / 1e6, prices.llmUsdPerMillionInput);
      const output = priced(fact.completionTokens / 1e6, prices.llmUsdPerMillionOutput);
      const usd = input === null || output === null ? null : input + output;
      return { service: 'llm', usd, wasted: fact.wasted };
    }
    case 'usage.tts': {
      const usd = priced(fact.characters / 1_000, prices.ttsUsdPerThousandCharacters);
      return { service: 'tts', usd, wasted: fact.wasted === true };
    }
    default:
      return undefined;
  }
}

export class UsageFold {
  readonly #prices: Prices;
  #usage: Usage = { sttUs: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, characters: 0 };
  #usd = 0;
  #unpriced = false;

  constructor(prices: Prices) {
    this.#prices = prices;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** US dollars at list prices, of what has a price. */
  get usd(): number {
    return this.#usd;
  }

  /** Something was used whose price is not known. */
  get unpriced(): boolean {
    return this.#unpriced;
  }

  /** What `fact` adds; undefined when it is about something else. */
  take(fact: AgentFact): Spend | undefined {
    const spend = spendOf(fact, this.#prices);
    if (spend === undefined) return undefined;
    this.#usd += spend.usd ?? 0;
    if (spend.usd === null) this.#unpriced = true;
    this.#usage = grown(this.#usage, fact);
    return spend;
  }
}

function grown(usage: Usage, fact: AgentFact): Usage {
  switch (fact.what) {
    case 'usage.stt':
      return { ...usage, sttUs: usage.sttUs + fact.us };
    case 'usage.llm':
      return {
        ...usage,
        promptTokens: usage.promptTokens + fact.promptTokens,
        cachedTokens: usage.cachedTokens + fact.cachedTokens,
        completionTokens: usage.completionTokens + fact.completionTokens,
      };
    case 'usage.tts':
      return { ...usage, characters: usage.characters + fact.characters };
    default:
      return usage;
  }
}

const priced = (amount: number, price: number | null): number | null =>
  price === null ? null : amount * price;
