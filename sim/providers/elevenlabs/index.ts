// ElevenLabs in the registry of the simulated world. Its latencies are those of the profiles themselves,
// which were made for it.
import type { Emulation } from '../emulation.ts';
import { ElevenLabsEmulator } from './emulator.ts';

export const elevenLabsEmulation: Emulation = {
  name: 'elevenlabs',
  latencies: [],
  tts: ({ world, profile, interning }) => new ElevenLabsEmulator({ world, profile, interning }),
};
