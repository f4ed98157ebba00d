import { conversation } from '../script/story.ts';

export const bargeIn = conversation(
  'barge-in',
  { about: 'The caller interrupts a long answer and must be heard at once.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.interrupts(1_500, 'Sorry, stop. Which day is it closed?');
    agent.replies('It is closed on Mondays.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('heard_truncation_words').toBeAtMost(0, 'p95');
  },
);
