import { conversation } from '../script/story.ts';

export const noise20 = inTheStreet(20, 0.05);
export const noise10 = inTheStreet(10, 0.15);
export const noise5 = inTheStreet(5, 0.2);

/** The same short call beside a road, so many decibels below the caller's voice. */
function inTheStreet(snrDb: number, werMax: number) {
  return conversation(
    `noise-${snrDb}db`,
    {
      about: `A call from beside a road whose noise is ${snrDb} dB below the caller's voice.`,
      voice: 'slt',
      remembers: { city: /trip to (\w+)/ },
    },
    ({ caller, agent, expect }) => {
      caller.isIn('street', snrDb);
      caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
      agent.replies('{city} is a lovely choice. How can I help you?', {
        hearing: /trip to/,
        otherwise: 'How can I help you?',
      });

      caller.says('Can you suggest something to do on the first day?');
      agent.replies(
        'Take the old tram up to the castle in the morning, walk down through the narrow streets of ' +
          'the old town, and finish the afternoon at the viewpoint near the river.',
        { hearing: /suggest|first day/ },
      );

      caller.says('What would you eat there in the evening?');
      agent.replies('I would have grilled sardines with potatoes.', { hearing: /eat|evening/ });

      caller.says('Thank you, that is all for today.');
      agent.replies('You are welcome. Enjoy your trip.', { hearing: /thank|today/ });
      caller.hangsUp();
      expect('wer').toBeAtMost(werMax);
      // A last word lost in the noise leaves a thought hanging in the air, and that is waited for.
      if (snrDb <= 10) expect('voice_to_voice_ms').toBeAtMost(3_000, 'p95');
      expect('unanswered_turns').toBe(0);
    },
  );
}
