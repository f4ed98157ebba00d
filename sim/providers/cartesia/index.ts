// Cartesia in the registry of the simulated world. Its latencies are those of the profiles themselves,
// which were made for it.
import type { Emulation } from '../emulation.ts';
import { CartesiaEmulator } from './emulator.ts';

export const cartesiaEmulation: Emulation = {
  name: 'cartesia',
  latencies: [],
  stt: ({ world, profile, table, interning }) =>
    new CartesiaEmulator({ world, profile, recogniser: table, interning }),
};
