import { conversation } from '../script/story.ts';

export const falseInterruptionEcho = conversation(
  'false-interruption-echo',
  {
    about: 'A loudspeaker without echo cancellation: the agent hears itself, 180 ms later and 26 dB fainter.',
    voice: 'slt',
    line: { echo: { delayMs: 180, lossDb: 26 } },
  },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );

    caller.says('What would you eat there in the evening?');
    agent.replies(
      'Most people have grilled sardines with potatoes, and a glass of green wine with them. The small ' +
        'places behind the market are better than those on the square.',
    );

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy your trip.');
    caller.hangsUp();
    expect('false_interruption_rate.echo').toBeAtMost(0.1);
    expect('unanswered_turns').toBe(0);
  },
);
