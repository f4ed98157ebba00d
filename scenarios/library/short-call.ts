import { conversation } from '../script/story.ts';

export const shortCall = conversation(
  'short-call',
  {
    about: 'About a minute with an interruption and questions about earlier turns, made for many runs.',
    voice: 'slt',
    remembers: {
      name: /my name is (\w+)/,
      city: /trip to (\w+)/,
      budget: /budget is ([\w ]+?) euros/,
      ride: { pattern: /\b(tram)\b/, saidBy: 'agent' },
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. {city} is a lovely choice. What is your budget?');

    caller.says('Our budget is nine hundred euros in total.');
    agent.replies('Noted, {budget} euros for both of you.');

    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );

    caller.interrupts(2_600, 'Wait, how long does that take?');
    agent.replies('The {ride} ride takes about half an hour.', {
      proves: { fact: /tram/, turnsAgo: 1 },
      otherwise: 'How long does what take?',
    });

    caller.says('By the way, which city did I say we are going to?');
    agent.replies('You said you are going to {city}.', {
      proves: { fact: /lisbon/, turnsAgo: 4 },
      otherwise: 'You did not mention a city.',
    });

    caller.says('How much is that for each of us?');
    agent.replies('Half of {budget} euros, so four hundred and fifty each.', {
      proves: { fact: /nine hundred/, turnsAgo: 4 },
      otherwise: 'I do not know your budget yet.',
    });

    caller.says('Do you still know my name?');
    agent.replies('Yes, you are {name}.', {
      proves: { fact: /nora/, turnsAgo: 6 },
      otherwise: 'I am afraid I do not.',
    });

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome, {name}. Enjoy {city}.');

    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
  },
);
