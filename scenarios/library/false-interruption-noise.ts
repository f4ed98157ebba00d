import { afterWord, conversation, into } from '../script/story.ts';

export const falseInterruptionNoise = conversation(
  'false-interruption-noise',
  {
    about: 'A cough, and a television that somebody turns on and off again, while the agent speaks.',
    voice: 'slt',
  },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );
    caller.coughs(into(900, 600));
    caller.hearsNoise(afterWord('down', 0, 500), { sound: 'tv', snrDb: 15, forMs: 600 });

    caller.says('What would you eat there in the evening?');
    agent.replies(
      'Most people have grilled sardines with potatoes, and a glass of green wine with them. The small ' +
        'places behind the market are better than those on the square.',
    );
    caller.hearsNoise(into(1_000, 800), { sound: 'babble', snrDb: 10, forMs: 1_200 });
    caller.coughs(afterWord('places', 0, 500));

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy your trip.');
    caller.hangsUp();
    expect('false_interruption_rate.noise').toBeAtMost(0.1);
    expect('unanswered_turns').toBe(0);
  },
);
