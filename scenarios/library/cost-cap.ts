import { conversation } from '../script/story.ts';

const CAP_USD = 0.03;

export const costCap = conversation(
  'cost-cap',
  {
    about: 'The conversation nears what it may cost: the answer is finished, then the agent takes its leave.',
    voice: 'slt',
    settings: { COST_CAP_USD: String(CAP_USD) },
  },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river. In the evening there is ' +
        'music in the small squares below the castle.',
    );
    caller.says('What would you eat there in the evening?');
    agent.replies('Grilled sardines with bread and a glass of green wine, and for dessert a custard tart.');
    caller.staysSilent(20_000);
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('farewell_heard_rate').toBe(1);
    expect('cost_usd').toBeAtMost(CAP_USD);
  },
);
