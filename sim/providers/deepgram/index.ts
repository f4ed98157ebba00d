// Deepgram in the registry of the simulated world: recogniser and voice.
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { DeepgramEmulator } from './emulator.ts';
import latency from './latency.json' with { type: 'json' };

export const deepgramEmulation: Emulation = {
  name: 'deepgram',
  latencies: latenciesOf(latency),
  stt: ({ world, profile, table, interning }) =>
    new DeepgramEmulator({ world, profile, recogniser: table, interning }),
  tts: ({ world, profile, interning }) => new DeepgramEmulator({ world, profile, interning }),
};
