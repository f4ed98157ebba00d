import { conversation } from '../script/story.ts';

export const silence = conversation(
  'silence',
  { about: 'The caller says nothing for seven seconds after an answer, and then goes on.', voice: 'slt' },
  ({ caller, agent, expect }) => {
    caller.says('Can you call me back?');
    agent.replies('Gladly. What is your number?');
    caller.staysSilent(7_000);
    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('stuck_turns').toBe(0);
  },
);
