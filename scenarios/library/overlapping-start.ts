import { conversation, into } from '../script/story.ts';

export const overlappingStart = conversation(
  'overlapping-start',
  { about: 'The caller adds something just as the answer begins: both start at once.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    caller.says('What time do you open tomorrow?');
    agent.replies('We open at nine in the morning, and the last visitors leave at six.');
    caller.interrupts(into(0, 80), 'And what does it cost?');
    agent.replies('A ticket is twelve euros.', { hearing: /what does it cost/ });
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
  },
);
