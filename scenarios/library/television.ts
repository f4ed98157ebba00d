import { conversation } from '../script/story.ts';

export const television = conversation(
  'television',
  {
    about: 'A television 20 dB below the caller: to voice activity detection somebody speaks on and on.',
    voice: 'slt',
  },
  ({ caller, agent, expect }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('How can I help you?');

    caller.isIn('tv', 20);
    caller.says('Can you suggest something to do on the first day?');
    agent.replies(
      'Take the old tram up to the castle in the morning, walk down through the narrow streets of the ' +
        'old town, and finish the afternoon at the viewpoint near the river.',
    );

    caller.isInQuiet();
    caller.says('Thank you, that is all for today.');
    agent.replies('You are welcome. Enjoy your trip.');
    caller.hangsUp();
    expect('unanswered_turns').toBe(0);
    // The turn in front of the television ends when its words do, not when the sound does.
    expect('voice_to_voice_ms').toBeAtMost(2_500, 'p95');
    expect('stt_audio_ratio').toBeAtMost(0.9);
  },
);
