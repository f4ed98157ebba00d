import { conversation } from '../script/story.ts';

const STAY =
  'Gladly, I am booking a table for two people at eight this evening, please stay on the line a moment.';

export const toolBargeIn = conversation(
  'tool-barge-in',
  {
    about:
      'The caller interrupts while tools are at work: what books is finished and told, what looks up is not.',
    voice: 'slt',
    remembers: {
      city: /trip to (\w+)/,
      booking: { pattern: /booking number (\w+ \w+)/, saidBy: 'tool' },
      sky: { pattern: /sky is (\w+)/, saidBy: 'tool' },
    },
    tools: {
      weather: {
        about: 'The weather of tomorrow in a city.',
        input: { city: 'text' },
        sideEffect: false,
        takesMs: 6_000,
        returns: 'In {city} the sky is sunny.',
      },
      book_table: {
        about: 'Books a table.',
        input: { people: 'number' },
        sideEffect: true,
        takesMs: 2_000,
        returns: 'A table for {people}, booking number forty two.',
      },
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Lovely. What would you like to know?');

    caller.says('Please book a table for two at eight.');
    agent.replies('It is booked, with the number {booking}.', {
      calls: [{ tool: 'book_table', input: { people: 2 } }],
      meanwhile: STAY,
    });

    // The booking has begun and goes on: this reply knows how it ended.
    caller.interrupts(900, 'Wait, how long does that take?');
    agent.replies('It is done already, your booking number is {booking}.', {
      proves: { fact: /forty two/, turnsAgo: 1 },
      otherwise: 'It should not take long.',
    });

    caller.says('What will the weather be like there?');
    agent.replies('It will be {sky}.', {
      calls: [{ tool: 'weather', input: { city: '{city}' }, means: { city: 'Lisbon' }, ends: 'cancelled' }],
      meanwhile:
        'Let me have a look at the weather for you, the forecast for tomorrow sometimes takes quite a while.',
    });

    caller.interrupts(900, 'Sorry, stop. Never mind the weather.');
    agent.replies('All right, no weather then. Anything else?');

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Your table has the number {booking}.', {
      proves: { fact: /forty two/, turnsAgo: 4 },
    });

    caller.hangsUp();
    expect('tool_correctness').toBe(1);
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
  },
);
