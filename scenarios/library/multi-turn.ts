import { conversation, pause } from '../script/story.ts';

export const multiTurn = conversation(
  'multi-turn',
  {
    about: 'Fourteen exchanges that plant facts and ask for them one to ten turns later.',
    voice: 'slt',
    remembers: {
      name: /my name is (\w+)/,
      city: /trip to (\w+)/,
      companion: /my brother (\w+)/,
      week: /in (the \w+ week of \w+)/,
      budget: /budget is ([\w ]+?) euros/,
      allergy: /allergic to (\w+)/,
      ride: { pattern: /\b(tram)\b/, saidBy: 'agent' },
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. {city} is a lovely choice. When would you like to go?');

    caller.says('I will be travelling with my brother Oscar, in the second week of May.');
    agent.replies('Great, so that is you and {companion}, in {week}. What is your budget?');

    caller.says('Our budget is nine hundred euros in total.');
    agent.replies('Noted, {budget} euros for both of you.');

    caller.says('How much is that for each of us?');
    agent.replies('Half of {budget} euros, so four hundred and fifty each.', {
      proves: { fact: /nine hundred/, turnsAgo: 1 },
      otherwise: 'I do not know your budget yet.',
    });

    caller.says('By the way, which city did I say we are going to?');
    agent.replies('You said you are going to {city}.', {
      proves: { fact: /lisbon/, turnsAgo: 4 },
      otherwise: 'You did not mention a city.',
    });

    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river. The light is best there ' +
        'just before sunset, and there are a few small cafes where you can rest.',
    );

    // "that" is what the caller has just heard of the interrupted reply.
    caller.interrupts(2_600, 'Wait, how long does that take?');
    agent.replies('The {ride} ride takes about half an hour.', {
      proves: { fact: /tram/, turnsAgo: 1 },
      otherwise: 'How long does what take?',
    });

    // Another topic, and a hesitation in the middle of the sentence.
    caller.says(
      'Let us talk about food. I am allergic to peanuts, so',
      pause(440),
      'please keep that in mind.',
    );
    agent.replies('Of course, no {allergy} for you.', {
      proves: { fact: /peanuts/, turnsAgo: 0 },
      otherwise: 'Of course. What should I keep in mind?',
    });

    caller.says('What would you eat there in the evening?');
    agent.replies('In {city} I would have grilled sardines with potatoes.', {
      proves: { fact: /lisbon/, turnsAgo: 8 },
      otherwise: 'Where do you mean?',
    });

    caller.says('Do you still know my name?');
    agent.replies('Yes, you are {name}.', {
      proves: { fact: /nora/, turnsAgo: 9 },
      otherwise: 'I am afraid I do not.',
    });

    // Back to the first topic.
    caller.says('Back to the trip. Who is travelling with me?');
    agent.replies('Your brother {companion} is coming along.', {
      proves: { fact: /oscar/, turnsAgo: 9 },
      otherwise: 'You did not tell me.',
    });

    caller.says('And when was that?');
    agent.replies('That was {week}.', {
      proves: { fact: /second week of may/, turnsAgo: 10 },
      otherwise: 'You did not tell me when.',
    });

    caller.says('What must you remember when you book a restaurant?');
    agent.replies('That you are allergic to {allergy}.', {
      proves: { fact: /peanuts/, turnsAgo: 5 },
      otherwise: 'Nothing in particular.',
    });

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome, {name}. Enjoy {city}.');

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
    expect('stuck_turns').toBe(0);
  },
);
