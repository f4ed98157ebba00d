import { conversation, into } from '../script/story.ts';

export const interruptionDouble = conversation(
  'interruption-double',
  { about: 'Two interruptions in a row: the answer to the first is interrupted as well.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.interrupts(into(1_500, 1_000), 'Sorry, stop. Which day is it closed?');
    agent.replies(
      'It is closed on Mondays, and on the first of January, and on the third Sunday of every month.',
    );
    caller.interrupts(into(700, 500), 'And what does it cost?');
    agent.replies('A ticket is twelve euros.', { hearing: /what does it cost/ });
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('heard_truncation_words').toBeAtMost(0, 'p95');
  },
);
