import { conversation, correction, hesitates } from '../script/story.ts';

export const correctionScenario = conversation(
  'correction',
  {
    about: 'The caller takes back half of a sentence, in the same breath and after a pause.',
    voice: 'slt',
    remembers: { day: /no, i mean (\w+)/, people: /make that (\w+) people/ },
  },
  ({ caller, agent, expect }) => {
    caller.says('I need a table on Thursday,', correction('no, I mean Friday,'), 'at seven.');
    agent.replies('On {day} at seven. For how many?', {
      hearing: /i mean (friday)/,
      proves: { fact: /friday/, turnsAgo: 0 },
      otherwise: 'On Thursday at seven. For how many?',
    });

    caller.says('For two.', hesitates(600), correction('Sorry, make that three people.'));
    agent.replies('A table for {people}, on {day}.', {
      hearing: /make that/,
      proves: { fact: /three/, turnsAgo: 0 },
      otherwise: 'A table for two.',
    });

    caller.hangsUp();
    expect('context_retention').toBeAtLeast(0.95);
    // 'For two.' is a whole answer: nobody can know that more comes, and it is taken back unheard.
    expect('premature_endpoint_rate').toBeAtMost(0.34);
  },
);
