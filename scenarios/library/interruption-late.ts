import { beforeEnd, conversation } from '../script/story.ts';

export const interruptionLate = conversation(
  'interruption-late',
  {
    about: 'The caller begins in the last 200 ms of the answer, when hardly anything is left to stop.',
    voice: 'rms',
  },
  ({ caller, agent, expect }) => {
    caller.says('What time do you open tomorrow?');
    agent.replies('We open at nine in the morning, and the last visitors leave at six.');
    caller.interrupts(beforeEnd(200), 'And what does it cost?');
    agent.replies('A ticket is twelve euros.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
  },
);
