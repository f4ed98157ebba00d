import { conversation, into } from '../script/story.ts';

export const hangUpMidReply = conversation(
  'hang-up-mid-reply',
  { about: 'The caller hangs up while the agent is still speaking.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('Tell me about the museum.');
    agent.replies(
      'The museum was founded over a hundred years ago and holds paintings, maps and old instruments. ' +
        'On the first floor you will find the ships, on the second floor the astronomers, and under the ' +
        'roof there is a small library with a view of the harbour.',
    );
    caller.hangsUp(into(1_200, 1_500));
    expect('stuck_turns').toBe(0);
  },
);

export const hangUpMidUtterance = conversation(
  'hang-up-mid-utterance',
  { about: 'The caller hangs up in the middle of a sentence.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('What time do you open tomorrow?');
    agent.replies('We open at nine in the morning.');
    caller.breaksOff(900, 'Sorry, stop. Which day is it closed?');
    expect('stuck_turns').toBe(0);
  },
);
