import { conversation, into } from '../script/story.ts';

export const telephone = conversation(
  'telephone',
  {
    about: 'A call from a telephone: 8 kHz and µ-law between the mouth and the agent, with an interruption.',
    voice: 'rms',
    line: { band: 'telephone' },
  },
  ({ caller, agent, expect }) => {
    caller.says('What time do you open tomorrow?');
    agent.replies('We open at nine in the morning.');

    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.interrupts(into(1_500, 1_000), 'Sorry, stop. Which day is it closed?');
    agent.replies('It is closed on Mondays.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('wer').toBeAtMost(0.1);
  },
);
