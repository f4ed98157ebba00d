import { conversation } from '../script/story.ts';

export const toolTrouble = conversation(
  'tool-trouble',
  {
    about:
      'Tools that throw, never end, return ten megabytes or do not exist: the caller is answered each time.',
    voice: 'slt',
    remembers: {
      // Each is told by one word of the error that the model was given.
      trouble: { pattern: /"error":"[^"]*?\b(ticket office is closed)/, saidBy: 'tool' },
      silence: { pattern: /"error":"(no) answer within 1500 ms/, saidBy: 'tool' },
      flood: { pattern: /"error":"the result has \d+ characters; only the (first)/, saidBy: 'tool' },
      absent: { pattern: /"error":"there is no tool \\"(calendar)/, saidBy: 'tool' },
      missing: { pattern: /"error":"the arguments are not valid: (day)/, saidBy: 'tool' },
    },
    tools: {
      tickets: {
        about: 'Throws.',
        input: { day: 'text' },
        sideEffect: false,
        takesMs: 300,
        throws: 'the ticket office is closed',
      },
      menu: { about: 'Never ends.', input: {}, sideEffect: false, timeoutMs: 1_500, takesMs: 'forever' },
      prices: {
        about: 'Returns ten megabytes.',
        input: {},
        sideEffect: false,
        takesMs: 300,
        returns: 'A long list:',
        charsMin: 10 * 1_048_576,
      },
    },
  },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies('The {trouble}, so take a walk.', {
      calls: [{ tool: 'tickets', input: { day: 'first' }, ends: 'failed' }],
      meanwhile: 'Let me ask for tickets, one moment please.',
      proves: { fact: /office is closed/, turnsAgo: 0 },
    });

    caller.says('What would you eat there in the evening?');
    agent.replies('The kitchen gives {silence} answer, so I would have fish.', {
      calls: [{ tool: 'menu', input: {}, ends: 'failed' }],
      meanwhile: 'Let me ask the kitchen what is on the menu this evening.',
      proves: { fact: /fish/, turnsAgo: 0 },
    });

    caller.says('How much is that for each of us?');
    agent.replies('I can only read you the {flood} few of far too many prices.', {
      calls: [{ tool: 'prices', input: {}, ends: 'failed' }],
      meanwhile: 'Let me look up the prices, one moment please.',
      proves: { fact: /first few/, turnsAgo: 0 },
    });

    caller.says('And when was that?');
    agent.replies('I have no {absent} here.', {
      calls: [{ tool: 'calendar', input: {}, ends: 'refused' }],
      meanwhile: 'Let me look into the calendar.',
      proves: { fact: /no calendar/, turnsAgo: 0 },
    });

    // Asked for without what it needs.
    caller.says('Do you still know my name?');
    agent.replies('I need the {missing} for that.', {
      calls: [{ tool: 'tickets', input: { week: 'first' }, ends: 'refused' }],
      meanwhile: 'Let me see whether it is on the ticket.',
      proves: { fact: /the day/, turnsAgo: 0 },
    });

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome.');

    caller.hangsUp();
    expect('tool_correctness').toBe(1);
    expect('context_retention').toBeAtLeast(0.95);
    expect('unanswered_turns').toBe(0);
    expect('stuck_turns').toBe(0);
  },
);
