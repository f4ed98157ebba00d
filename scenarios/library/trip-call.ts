// The call in which vendors fail: four exchanges, of which the last asks for what was said in the first. The
// same for every fault, so that their figures can be compared.
import type { VendorStage } from '#sim/kernel/fact.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import type { SimHedge } from '#sim/setting.ts';
import type { Scenario } from '../script/scenario.ts';
import { conversation } from '../script/story.ts';

export type TripOptions = {
  readonly name: string;
  readonly about: string;
  readonly faults: readonly FaultSpec[];
  readonly hedge: SimHedge;
  /** What the faults do to a stage's latency is known: 95th percentiles in place of the requirements', ms. */
  readonly within?: Readonly<Record<string, number>>;
};

/** Every utterance is answered, and not with an apology, and nothing is forgotten. */
export const tripCall = ({ name, about, faults, hedge, within = {} }: TripOptions): Scenario =>
  conversation(
    name,
    {
      about,
      voice: 'slt',
      remembers: { name: /my name is (\w+)/, city: /trip to (\w+)/, budget: /budget is ([\w ]+?) euros/ },
      faults,
      hedge,
    },
    ({ caller, agent, expect }) => {
      caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
      agent.replies('Nice to meet you, {name}. {city} is a lovely choice. When would you like to go?');
      caller.says('Our budget is nine hundred euros in total.');
      agent.replies('Noted, {budget} euros for both of you.');
      caller.says('How much is that for each of us?');
      agent.replies('Half of {budget} euros, so four hundred and fifty each.', {
        proves: { fact: /nine hundred/, turnsAgo: 1 },
        otherwise: 'I do not know your budget yet.',
      });
      caller.says('By the way, which city did I say we are going to?');
      agent.replies('You said you are going to {city}.', {
        proves: { fact: /lisbon/, turnsAgo: 3 },
        otherwise: 'You did not mention a city.',
      });
      caller.hangsUp();
      expect('unanswered_turns').toBe(0);
      expect('stuck_turns').toBe(0);
      expect('recovery_rate').toBe(1);
      for (const [kpi, boundMs] of Object.entries(within)) expect(kpi).toBeAtMost(boundMs, 'p95');
    },
  );

/** Which vendor fails, and as whom a story speaks of it. */
export type Failing = { readonly vendor: VendorStage; readonly who: string };

/** The same story told of each vendor. */
export const eachVendor = (
  story: (failing: Failing) => Scenario,
): Readonly<Record<VendorStage, Scenario>> => ({
  stt: story({ vendor: 'stt', who: 'The recogniser' }),
  llm: story({ vendor: 'llm', who: 'The model' }),
  tts: story({ vendor: 'tts', who: 'The voice' }),
});
