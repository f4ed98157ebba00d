// One run as the KPIs see it: its trace, joined once, with the scenario it played and the prices that
// turn usage into money. Every family of KPIs is a pure fold over this value.
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { type Joined, join } from './exchange.ts';

/** What the vendors charge, in USD. Null: unknown, and then so is every cost that contains it. */
export type Prices = {
  readonly sttUsdPerHour: number | null;
  readonly llmUsdPerMInput: number | null;
  readonly llmUsdPerMOutput: number | null;
  readonly ttsUsdPer1kChars: number | null;
};

export type Conversation = Joined & {
  readonly facts: readonly Fact[];
  readonly scenario: Scenario;
  readonly outcome: RunOutcome;
  readonly prices: Prices;
  /** Time of the last fact. */
  readonly endUs: Micros;
  /** When the caller left or was cut off; the last fact when neither is stated. */
  readonly callEndUs: Micros;
  /** From the caller's connection to its end. */
  readonly callUs: Micros;
};

export function conversationOf(outcome: RunOutcome, scenario: Scenario, prices: Prices): Conversation {
  const { facts } = outcome;
  const endUs = facts.at(-1)?.t ?? 0;
  const openedUs = callerTime(facts, 'connected') ?? 0;
  const callEndUs = callerTime(facts, 'hung_up') ?? callerTime(facts, 'cut_off') ?? endUs;
  return { ...join(facts), facts, scenario, outcome, prices, endUs, callEndUs, callUs: callEndUs - openedUs };
}

const callerTime = (facts: readonly Fact[], what: 'connected' | 'hung_up' | 'cut_off'): Micros | undefined =>
  facts.find((fact) => fact.who === 'caller' && fact.what === what)?.t;
