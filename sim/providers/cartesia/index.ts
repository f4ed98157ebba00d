// Cartesia in the registry of the simulated world. The latencies of its usual recogniser are those of the
// profiles themselves, which were made for it; its voice brings its own.
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { CartesiaEmulator } from './emulator.ts';
import ink from './ink-latency.json' with { type: 'json' };
import sonic from './sonic-latency.json' with { type: 'json' };

export const cartesiaEmulation: Emulation = {
  name: 'cartesia',
  latencies: [...latenciesOf(ink), ...latenciesOf(sonic)],
  stt: ({ world, profile, table, interning }) =>
    new CartesiaEmulator({ world, profile, recogniser: table, interning }),
  tts: ({ world, profile, interning }) => new CartesiaEmulator({ world, profile, interning }),
};
