import { conversation } from '../script/story.ts';

export const followUpPronouns = conversation(
  'follow-up-pronouns',
  {
    about: 'Questions that say "there", "he" and "that" mean what was said before them.',
    voice: 'slt',
    remembers: {
      city: /trip to (\w+)/,
      companion: /my brother (\w+)/,
      week: /in (the \w+ week of \w+)/,
      budget: /budget is ([\w ]+?) euros/,
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('How nice. Who is coming with you?');

    caller.says('I will be travelling with my brother Oscar, in the second week of May.');
    agent.replies('Then there are two of you.');

    caller.says('What would you eat there in the evening?');
    agent.replies('In {city} I would have grilled sardines.', {
      proves: { fact: /lisbon/, turnsAgo: 2 },
      otherwise: 'Where do you mean?',
    });

    caller.says('Will he like it?');
    agent.replies('If {companion} likes fish, he will.', {
      proves: { fact: /oscar/, turnsAgo: 2 },
      otherwise: 'Who do you mean?',
    });

    caller.says('And when was that?');
    agent.replies('Your trip is in {week}.', {
      proves: { fact: /second week of may/, turnsAgo: 3 },
      otherwise: 'When was what?',
    });

    caller.says('Our budget is nine hundred euros in total.');
    agent.replies('Good to know.');

    caller.says('How much is that for each of us?');
    agent.replies('Half of {budget} euros, so four hundred and fifty each.', {
      proves: { fact: /nine hundred/, turnsAgo: 1 },
      otherwise: 'I do not know your budget yet.',
    });

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
  },
);
