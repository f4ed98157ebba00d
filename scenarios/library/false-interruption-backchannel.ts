import { afterWord, conversation, into } from '../script/story.ts';

export const falseInterruptionBackchannel = conversation(
  'false-interruption-backchannel',
  { about: 'The caller shows that it listens, and wants no answer to that.', voice: 'slt' },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );
    caller.backchannels(into(800, 600), 'Mm-hm.');
    caller.backchannels(afterWord('town', 100, 400), 'Okay.');

    caller.says('What would you eat there in the evening?');
    agent.replies(
      'Most people have grilled sardines with potatoes, and a glass of green wine with them. The small ' +
        'places behind the market are better than those on the square.',
    );
    caller.backchannels(into(1_200, 800), 'Right.');
    caller.backchannels(afterWord('places', 0, 500), 'Mm-hm.');

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy your trip.');
    caller.hangsUp();
    expect('false_interruption_rate.backchannel').toBeAtMost(0.1);
    expect('unanswered_turns').toBe(0);
  },
);
