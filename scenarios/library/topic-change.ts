import { conversation } from '../script/story.ts';

export const topicChange = conversation(
  'topic-change',
  {
    about: 'From the trip to food, to something else and back: each topic is still known when it returns.',
    voice: 'slt',
    remembers: {
      city: /trip to (\w+)/,
      companion: /my brother (\w+)/,
      allergy: /allergic to (\w+)/,
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('How nice. Who is coming with you?');

    caller.says('I will be travelling with my brother Oscar, in the second week of May.');
    agent.replies('Then there are two of you.');

    caller.says('Let us talk about food. I am allergic to peanuts, so', 'please keep that in mind.');
    agent.replies('Of course, no {allergy} for you.', { proves: { fact: /peanuts/, turnsAgo: 0 } });

    caller.says('Now something else. Do you know a good book?');
    agent.replies('A novel about the sea would be a fine companion for the evening.');

    caller.says('Back to the trip. Who is travelling with me?');
    agent.replies('Your brother {companion} is coming along.', {
      proves: { fact: /oscar/, turnsAgo: 3 },
      otherwise: 'You did not tell me.',
    });

    caller.says('What must you remember when you book a restaurant?');
    agent.replies('That you are allergic to {allergy}.', {
      proves: { fact: /peanuts/, turnsAgo: 3 },
      otherwise: 'Nothing in particular.',
    });

    caller.says('By the way, which city did I say we are going to?');
    agent.replies('You are going to {city}.', {
      proves: { fact: /lisbon/, turnsAgo: 6 },
      otherwise: 'You did not mention a city.',
    });

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
  },
);
