// Any local server of chat completions in the registry of the simulated world.
import { ChatEmulator } from '../chat/emulator.ts';
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { OPENAI_COMPATIBLE } from './dialect.ts';
import latency from './latency.json' with { type: 'json' };

export const openAiCompatibleEmulation: Emulation = {
  name: 'openai-compatible',
  latencies: latenciesOf(latency),
  llm: (parts) => new ChatEmulator({ ...parts, dialect: OPENAI_COMPATIBLE }),
};
