import { conversation } from '../script/story.ts';

/** Talk that plants nothing: what pushes the beginning of the call out of the window. */
const SMALL_TALK: readonly (readonly [question: string, answer: string])[] = [
  ['Is the tram expensive?', 'A single ride costs about three euros.'],
  ['What should we do if it rains?', 'Visit the tile museum, it is large.'],
  ['Are the beaches far from the city?', 'The train takes about forty minutes.'],
  ['Can we walk everywhere?', 'Yes, but the hills are steep.'],
  ['Do people speak English there?', 'Most people do, above all the younger ones.'],
  ['Should we rent a car?', 'No, the streets are narrow.'],
  ['Which museum is the best?', 'Many love the one with the old coaches.'],
  ['Is it safe at night?', 'Yes, only watch your bags in the trams.'],
  ['Where can we hear some music?', 'In the taverns of the old quarter.'],
  ['What should we bring home?', 'Painted tiles are popular presents.'],
  ['How warm is the water in May?', 'About sixteen degrees on most days.'],
  ['Can we take a boat on the river?', 'There are ferries all day.'],
  ['Do the shops close at noon?', 'Only some of the small ones do.'],
  ['What does a coffee cost?', 'About one euro at the counter.'],
  ['Do we need cash?', 'A few coins are handy in cafes.'],
];

export const longConversation = conversation(
  'long-conversation',
  {
    about: 'Forty turns in a small window: what has left it is known from the summary and the pinned facts.',
    voice: 'slt',
    // A window that is full after about fifteen turns.
    settings: { CONTEXT_WINDOW_TOKENS: '600' },
    remembers: {
      name: /my name is (\w+)/,
      city: /trip to (\w+)/,
      companion: /my brother (\w+)/,
      week: /in (the \w+ week of \w+)/,
      budget: /budget is ([\w ]+?) euros/,
      allergy: /allergic to (\w+)/,
      hotel: /hotel is called (the \w+ \w+)/,
      ride: { pattern: /\bold (tram)\b/, saidBy: 'agent' },
    },
  },
  ({ caller, agent, expect }) => {
    let asked = 0;
    const smallTalk = (count: number) => {
      for (const [question, answer] of SMALL_TALK.slice(asked, asked + count)) {
        caller.says(question);
        agent.replies(answer);
      }
      asked += count;
    };
    const probe = (question: string, answer: string, fact: RegExp, turnsAgo: number) => {
      caller.says(question);
      agent.replies(answer, { proves: { fact, turnsAgo }, otherwise: 'I am afraid I do not know that.' });
    };
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. When will you go?');
    caller.says('I will be travelling with my brother Oscar, in the second week of May.');
    agent.replies('So that is you and {companion}. What is your budget?');
    caller.says('Our budget is nine hundred euros in total.');
    agent.replies('Noted, {budget} euros for both of you.');
    caller.says('Our hotel is called the Blue Anchor.');
    agent.replies('That is near the harbour.');
    caller.says('Let us talk about food. I am allergic to peanuts, so', 'please keep that in mind.');
    agent.replies('Of course, no {allergy} for you.');
    caller.says('Can you suggest something to do on the first day?');
    agent.replies('Take the old tram up to the castle.');

    smallTalk(6);
    probe('How much is that for each of us?', 'Half of {budget} euros for each of you.', /nine hundred/, 10);
    probe(
      'What would you eat there in the evening?',
      'In {city} I would have grilled sardines.',
      /lisbon/,
      13,
    );
    smallTalk(5);
    probe('By the way, which city did I say we are going to?', 'You are going to {city}.', /lisbon/, 19);
    probe('And when was that?', 'That was {week}.', /second week of may/, 19);
    smallTalk(4);
    probe('Wait, how long does that take?', 'The {ride} ride takes half an hour.', /tram/, 20);
    probe('Do you still know my name?', 'Yes, you are {name}.', /nora/, 26);
    probe('What is the name of our hotel?', 'Your hotel is called {hotel}.', /blue anchor/, 24);
    probe('Back to the trip. Who is travelling with me?', 'Your brother {companion} is.', /oscar/, 27);
    probe(
      'What must you remember when you book a restaurant?',
      'That you are allergic to {allergy}.',
      /peanuts/,
      25,
    );
    probe('How much is that for each of us?', 'Half of {budget} euros for each of you.', /nine hundred/, 28);
    probe('By the way, which city did I say we are going to?', 'You are going to {city}.', /lisbon/, 31);
    probe('And when was that?', 'That was {week}.', /second week of may/, 31);
    probe('What is the name of our hotel?', 'Your hotel is called {hotel}.', /blue anchor/, 30);
    probe('Do you still know my name?', 'Yes, you are {name}.', /nora/, 34);
    caller.says('Is the tram expensive?');
    agent.replies('A single ride costs about three euros.');
    caller.says('Can we walk everywhere?');
    agent.replies('Yes, but the hills are steep.');
    caller.says('Which museum is the best?');
    agent.replies('Many love the one with the old coaches.');
    probe('Back to the trip. Who is travelling with me?', 'Your brother {companion} is.', /oscar/, 37);
    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome, {name}. Enjoy {city}.', { proves: { fact: /nora/, turnsAgo: 39 } });

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
    expect('stuck_turns').toBe(0);
  },
);
