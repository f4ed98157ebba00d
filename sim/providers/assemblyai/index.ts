// AssemblyAI in the registry of the simulated world: a recogniser.
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { AssemblyAiEmulator } from './emulator.ts';
import latency from './latency.json' with { type: 'json' };

export const assemblyAiEmulation: Emulation = {
  name: 'assemblyai',
  latencies: latenciesOf(latency),
  stt: ({ world, profile, table }) => new AssemblyAiEmulator({ world, profile, recogniser: table }),
};
