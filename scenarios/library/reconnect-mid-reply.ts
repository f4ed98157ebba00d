import { conversation } from '../script/story.ts';

export const reconnectMidReply = conversation(
  'reconnect-mid-reply',
  {
    about: 'The connection breaks in the middle of an answer, which goes on where it broke off.',
    voice: 'slt',
    remembers: { name: /my name is (\w+)/, city: /trip to (\w+)/ },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. {city} is a lovely choice.');

    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );
    caller.losesConnection({ during: 'reply', afterMs: 2_500, forMs: 3_000 });

    caller.says('By the way, which city did I say we are going to?');
    agent.replies('You said you are going to {city}.', {
      proves: { fact: /lisbon/, turnsAgo: 2 },
      otherwise: 'You did not mention a city.',
    });
    caller.losesConnection({ during: 'reply', afterMs: 400, forMs: 2_000, reset: true });

    caller.says('Do you still know my name?');
    agent.replies('Yes, you are {name}.', {
      proves: { fact: /nora/, turnsAgo: 3 },
      otherwise: 'I am afraid I do not.',
    });
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('resumption_rate').toBe(1);
    expect('reconnect_ms').toBeAtMost(1_000, 'p95');
    expect('audio_lost_on_reconnect_ms').toBeAtMost(300, 'p95');
    expect('context_retention.reconnect').toBeAtLeast(0.95);
    // Seconds without a network are no matter of its quality.
    expect('concealed_ms_ratio').toBeAtMost(0.2);
    expect('mos.up').toBeAtLeast(1);
    expect('mos.down').toBeAtLeast(1);
  },
);
