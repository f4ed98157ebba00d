import { conversation } from '../script/story.ts';

export const promptChange = conversation(
  'prompt-change',
  {
    about:
      'The app gives the agent another system prompt in the middle of the call: the next reply obeys it.',
    voice: 'slt',
    remembers: { city: /trip to (\w+)/ },
  },
  ({ caller, agent, app, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Lovely. What would you like to know about {city}?');

    caller.says('Can you suggest something to do on the first day?');
    agent.replies('Take the old tram up to the castle in the morning.', {
      proves: { fact: /castle/, turnsAgo: 0 },
    });

    app.setsPrompt('You speak for the maritime museum. Whatever the caller asks, you recommend a visit.');
    caller.says('What would you eat there in the evening?');
    agent.replies('Grilled sardines.');
    agent.replies('There is a small cafe in our museum, with a view of {city}.', {
      under: /maritime museum/,
      // What was said before the change is still known.
      proves: { fact: /museum.*lisbon/, turnsAgo: 2 },
    });

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
  },
);
