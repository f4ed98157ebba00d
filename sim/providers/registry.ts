// The emulated vendors by name. Adding one is its folder and one line of this list.
import type { VendorStage } from '#sim/kernel/fact.ts';
import { anthropicEmulation } from './anthropic/index.ts';
import { assemblyAiEmulation } from './assemblyai/index.ts';
import { cartesiaEmulation } from './cartesia/index.ts';
import { cerebrasEmulation } from './cerebras/index.ts';
import { deepgramEmulation } from './deepgram/index.ts';
import { elevenLabsEmulation } from './elevenlabs/index.ts';
import type { Emulation } from './emulation.ts';
import { groqEmulation } from './groq/index.ts';
import { openAiEmulation } from './openai/index.ts';
import { openAiCompatibleEmulation } from './openai-compatible/index.ts';

export const EMULATIONS: readonly Emulation[] = [
  anthropicEmulation,
  assemblyAiEmulation,
  cartesiaEmulation,
  cerebrasEmulation,
  deepgramEmulation,
  elevenLabsEmulation,
  groqEmulation,
  openAiEmulation,
  openAiCompatibleEmulation,
];

/** The vendor's emulation, if it can take `stage`. */
export const emulationOf = (stage: VendorStage, name: string): Emulation | undefined =>
  EMULATIONS.find((emulation) => emulation.name === name && emulation[stage] !== undefined);

/** Names of those that can take `stage`. */
export const emulationsFor = (stage: VendorStage): readonly string[] =>
  EMULATIONS.flatMap((emulation) => (emulation[stage] === undefined ? [] : emulation.name));
