import { conversation } from '../script/story.ts';

export const singleTurn = conversation(
  'single-turn',
  { about: 'One question, one answer: the shortest way through the whole pipeline.', voice: 'awb' },
  ({ caller, agent, expect }) => {
    caller.says('What time do you open tomorrow?');
    agent.replies('We open at nine in the morning.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
  },
);
