import { afterWord, conversation } from '../script/story.ts';

export const interruptionMid = conversation(
  'interruption-mid',
  {
    about: 'The caller asks about a word in the middle of a long answer, soon after it was said.',
    voice: 'rms',
  },
  ({ caller, agent, expect }) => {
    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.interrupts(afterWord('ships', 200, 600), 'Sorry, stop. Which day is it closed?');
    agent.replies('It is closed on Mondays.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('heard_truncation_words').toBeAtMost(0, 'p95');
  },
);
