// Cerebras in the registry of the simulated world. Its latencies are those of the profiles themselves,
// which were made for it.
import type { Emulation } from '../emulation.ts';
import { CerebrasEmulator } from './emulator.ts';

export const cerebrasEmulation: Emulation = {
  name: 'cerebras',
  latencies: [],
  llm: (parts) => new CerebrasEmulator(parts),
};
