import { conversation, dictates } from '../script/story.ts';

export const dictation = conversation(
  'dictation',
  {
    about: 'The caller dictates a telephone number and a booking code in groups, with a pause after each.',
    voice: 'slt',
    remembers: { end: /(nine two four)/ },
  },
  ({ caller, agent, expect }) => {
    caller.says('Can you call me back?');
    agent.replies('Gladly. What is your number?');

    caller.says(...dictates(650, 'Zero three zero,', 'five five five,', 'one four seven,', 'nine two four.'));
    agent.replies('Your number ends in {end}. And your booking code?', {
      hearing: /nine two four/,
      proves: { fact: /nine two four/, turnsAgo: 0 },
      otherwise: 'I did not get the whole number.',
    });

    caller.says('It is', ...dictates(900, 'A seven,', 'K two,', 'nine nine.'));
    agent.replies('Thank you, I have found your booking.', { hearing: /nine nine/ });

    caller.hangsUp();
    expect('premature_endpoint_rate').toBeAtMost(0.1);
    expect('context_retention').toBeAtLeast(0.95);
  },
);
