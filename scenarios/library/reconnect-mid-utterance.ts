import { conversation } from '../script/story.ts';

export const reconnectMidUtterance = conversation(
  'reconnect-mid-utterance',
  {
    about: 'The connection breaks while the caller speaks; they say it again, and nothing older is lost.',
    voice: 'slt',
    remembers: { name: /my name is (\w+)/, city: /trip to (\w+)/, budget: /budget is ([\w ]+?) euros/ },
    fallback: 'Sorry, I did not get all of that. Could you say it again?',
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. {city} is a lovely choice.');

    caller.says('Our budget is nine hundred euros in total.');
    caller.losesConnection({ during: 'speech', afterMs: 700, forMs: 2_500 });

    caller.says('Our budget is nine hundred euros in total.');
    agent.replies('Noted, {budget} euros for both of you.', {
      hearing: /nine hundred euros/,
      proves: { fact: /nine hundred/, turnsAgo: 0 },
      otherwise: 'Noted.',
    });

    caller.says('Do you still know my name?');
    agent.replies('Yes, you are {name}.', {
      proves: { fact: /nora/, turnsAgo: 3 },
      otherwise: 'I am afraid I do not.',
    });
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('resumption_rate').toBe(1);
    expect('reconnect_ms').toBeAtMost(1_000, 'p95');
    expect('context_retention.reconnect').toBeAtLeast(0.95);
    // Half a sentence that is followed by nothing is a turn, whatever was meant.
    expect('premature_endpoint_rate').toBeAtMost(0.3);
    // Seconds without a network are no matter of its quality.
    expect('concealed_ms_ratio').toBeAtMost(0.2);
    expect('mos.up').toBeAtLeast(1);
    expect('mos.down').toBeAtLeast(1);
    // The half that went into the void is nobody's mishearing.
    expect('wer').toBeAtMost(0.4);
    expect('awkward_silence_rate').toBeAtMost(0.3);
  },
);
