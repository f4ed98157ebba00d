import { conversation, into } from '../script/story.ts';

export const interruptionEarly = conversation(
  'interruption-early',
  { about: 'The caller speaks within a quarter of a second of the first sound of the answer.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.interrupts(into(100, 150), 'Sorry, stop. Which day is it closed?');
    agent.replies('It is closed on Mondays.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
  },
);
