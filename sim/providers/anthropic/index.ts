// Anthropic in the registry of the simulated world.
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { AnthropicEmulator } from './emulator.ts';
import latency from './latency.json' with { type: 'json' };

export const anthropicEmulation: Emulation = {
  name: 'anthropic',
  latencies: latenciesOf(latency),
  llm: (parts) => new AnthropicEmulator(parts),
};
