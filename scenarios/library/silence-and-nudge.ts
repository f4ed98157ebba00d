import { conversation } from '../script/story.ts';

export const silenceAndNudge = conversation(
  'silence-and-nudge',
  { about: 'The caller falls silent; the agent asks whether they are there, and goes on.', voice: 'slt' },
  ({ caller, agent, expect }) => {
    caller.says('Can you call me back?');
    agent.replies('Gladly. What is your number?');
    caller.staysSilent(12_000);
    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    expect('stuck_turns').toBe(0);
    expect('nudge_delay_ms').toBeAtLeast(8_000, 'p50');
    expect('nudge_delay_ms').toBeAtMost(9_000, 'p95');
  },
);
