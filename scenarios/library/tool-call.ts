import { conversation } from '../script/story.ts';

export const toolCall = conversation(
  'tool-call',
  {
    about:
      'Questions that only a slow tool can answer, two tools at once, and a booking that waits for the turn.',
    voice: 'slt',
    remembers: {
      city: /trip to (\w+)/,
      sky: { pattern: /sky is (\w+)/, saidBy: 'tool' },
      degrees: { pattern: /(\w+) degrees/, saidBy: 'tool' },
      wait: { pattern: /every (\w+) minutes/, saidBy: 'tool' },
      booking: { pattern: /booking number (\w+ \w+)/, saidBy: 'tool' },
    },
    tools: {
      weather: {
        about: 'The weather of tomorrow in a city.',
        input: { city: 'text' },
        sideEffect: false,
        takesMs: 1_600,
        returns: 'In {city} the sky is sunny, at twenty degrees.',
      },
      trams: {
        about: 'How often trams go in a city.',
        input: { city: 'text' },
        sideEffect: false,
        takesMs: 900,
        returns: 'Every ten minutes.',
      },
      book_table: {
        about: 'Books a table.',
        input: { people: 'number' },
        sideEffect: true,
        takesMs: 1_200,
        returns: 'A table for {people}, booking number forty two.',
      },
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Lovely. What would you like to know?');

    caller.says('What will the weather be like there?');
    agent.replies('It will be {sky}, with {degrees} degrees.', {
      calls: [{ tool: 'weather', input: { city: '{city}' }, means: { city: 'Lisbon' } }],
      meanwhile: 'Let me have a look at the weather for you, one moment please.',
      proves: { fact: /sunny.*twenty/, turnsAgo: 0 },
      otherwise: 'I could not find out.',
    });

    // Two at once; the answer waits for the slower one.
    caller.says('Can you suggest something to do on the first day?');
    agent.replies('It will be {sky}, so take the tram, which goes every {wait} minutes.', {
      calls: [
        { tool: 'weather', input: { city: '{city}' }, means: { city: 'Lisbon' } },
        { tool: 'trams', input: { city: '{city}' }, means: { city: 'Lisbon' } },
      ],
      meanwhile: 'That depends on the weather and on the trams, so let me check both of them first.',
      proves: { fact: /sunny.*ten/, turnsAgo: 0 },
      otherwise: 'I could not find out.',
    });

    caller.says('Please book a table for two at eight.');
    agent.replies('It is booked, your booking number is {booking}.', {
      calls: [{ tool: 'book_table', input: { people: 2 } }],
      meanwhile: 'Gladly, I am booking a table for two people right now.',
      proves: { fact: /forty two/, turnsAgo: 0 },
      otherwise: 'That did not work.',
    });

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy {city}.');

    caller.hangsUp();
    expect('tool_correctness').toBe(1);
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
  },
);
