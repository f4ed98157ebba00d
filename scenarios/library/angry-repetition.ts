import { conversation } from '../script/story.ts';

export const angryRepetition = conversation(
  'angry-repetition',
  { about: 'A caller without patience, who asks again when no answer begins within 0.7 s.', voice: 'rms' },
  ({ caller, agent, expect }) => {
    const impatient = { afterMs: 700, times: 2 };
    caller.insists(impatient, 'What time do you open tomorrow?');
    agent.replies('We open at nine in the morning.', { hearing: /what time do you open/ });

    caller.insists(impatient, 'And what does it cost?');
    agent.replies('A ticket is twelve euros.', { hearing: /what does it cost/ });

    caller.hangsUp();
    expect('stuck_turns').toBe(0);
  },
);
