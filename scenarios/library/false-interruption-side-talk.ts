import { afterWord, conversation, into } from '../script/story.ts';

/** Across the room: about a metre farther from the microphone than the caller. */
const AWAY = { voice: 'awb', levelDb: -14 };

export const falseInterruptionSideTalk = conversation(
  'false-interruption-side-talk',
  { about: 'Somebody else in the room speaks, to somebody else.', voice: 'slt' },
  ({ caller, agent, expect }) => {
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );
    caller.hearsSideTalk(into(1_000, 800), 'Have you seen my keys?', AWAY);

    caller.says('What would you eat there in the evening?');
    agent.replies(
      'Most people have grilled sardines with potatoes, and a glass of green wine with them. The small ' +
        'places behind the market are better than those on the square.',
    );
    caller.hearsSideTalk(afterWord('wine', 0, 600), 'The kettle is on if anybody wants tea.', AWAY);

    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy your trip.');
    caller.hangsUp();
    expect('false_interruption_rate.side_talk').toBeAtMost(0.1);
    expect('unanswered_turns').toBe(0);
  },
);
