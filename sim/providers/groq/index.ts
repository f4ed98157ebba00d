// Groq in the registry of the simulated world.
import { ChatEmulator } from '../chat/emulator.ts';
import type { Emulation } from '../emulation.ts';
import { latenciesOf } from '../stage.ts';
import { GROQ } from './dialect.ts';
import latency from './latency.json' with { type: 'json' };

export const groqEmulation: Emulation = {
  name: 'groq',
  latencies: latenciesOf(latency),
  llm: (parts) => new ChatEmulator({ ...parts, dialect: GROQ }),
};
