// ElevenLabs in the registry of the simulated world. The latencies of its voice are those of the profiles
// themselves, which were made for it; its recogniser brings its own.
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { ElevenLabsEmulator } from './emulator.ts';
import scribe from './scribe-latency.json' with { type: 'json' };

export const elevenLabsEmulation: Emulation = {
  name: 'elevenlabs',
  latencies: latenciesOf(scribe),
  stt: ({ world, profile, table }) => new ElevenLabsEmulator({ world, profile, recogniser: table }),
  tts: ({ world, profile, interning }) => new ElevenLabsEmulator({ world, profile, interning }),
};
