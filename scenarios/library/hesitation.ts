import { conversation, filler, hesitates } from '../script/story.ts';

export const hesitation = conversation(
  'hesitation',
  {
    about: 'A caller who thinks while speaking: fillers, and pauses of up to two seconds in mid-sentence.',
    voice: 'slt',
  },
  ({ caller, agent, expect }) => {
    caller.says(
      'I would like to book a table for',
      hesitates(400),
      filler('um,'),
      hesitates(700),
      'four people.',
    );
    agent.replies('A table for four. For which day?');

    caller.says('Could it be on', hesitates(1_200), 'Saturday evening?');
    agent.replies('Saturday evening is fine. At what time?');

    caller.says(filler('uh,'), hesitates(300), 'let me think.', hesitates(2_000), 'At eight, please.');
    agent.replies('Eight it is. May I have your name?');

    caller.says('My name is', hesitates(900), 'Nora.');
    agent.replies('Thank you. Your table is booked.');

    caller.hangsUp();
    expect('premature_endpoint_rate').toBeAtMost(0.1);
    expect('unanswered_turns').toBe(0);
  },
);
