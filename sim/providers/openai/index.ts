// OpenAI in the registry of the simulated world.
import { ChatEmulator } from '../chat/emulator.ts';
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { OPENAI } from './dialect.ts';
import latency from './latency.json' with { type: 'json' };

export const openAiEmulation: Emulation = {
  name: 'openai',
  latencies: latenciesOf(latency),
  llm: (parts) => new ChatEmulator({ ...parts, dialect: OPENAI }),
};
