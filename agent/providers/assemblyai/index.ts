// AssemblyAI's entry in the registry: its settings with their defaults, and the factory of its recognisers.
// Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { SttFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { Hearing } from '../hearing.ts';
import { apiKey, language, milliseconds, webSocketBase } from '../setting.ts';
import { hearingProtocol, TurnReader } from './session.ts';

export const assemblyAiSettings = z.object({
  apiKey,
  baseUrl: webSocketBase('wss://streaming.assemblyai.com'),
  /** The English model gives way to the multilingual one when another language is set. */
  model: z.string().min(1).default('universal-streaming-english'),
  language,
  /** Hz, of the PCM s16le mono that is sent. */
  sampleRate: z.int().min(8_000).max(48_000).default(16_000),
  keyterms: z.string().default('').describe('words that the caller is likely to use, between commas'),
  endOfTurnConfidence: z
    .number()
    .min(0)
    .max(1)
    .default(0.4)
    .describe('Universal-Streaming: sureness that ends a turn'),
  /** The usual 400 would come after our question; the later families take 100 by themselves. */
  minTurnSilenceMs: z
    .int()
    .min(50)
    .max(5_000)
    .default(100)
    .describe('silence that ends a turn when it is sure, ms'),
  maxTurnSilenceMs: z.int().min(50).max(10_000).default(1_280).describe('silence that ends any turn, ms'),
  patienceMs: z
    .int()
    .min(0)
    .max(2_000)
    .default(300)
    .describe('how long a pause is left to its judgement before its turn is ended by force, ms'),
  formatTurns: z
    .boolean()
    .default(false)
    .describe('Universal-Streaming: wait for punctuation and capitals, which come later: true or false'),
  /** A question for the words that is not answered within this is given up, so that the turn goes on. */
  flushMs: milliseconds(1_000),
});
export type AssemblyAiSettings = z.output<typeof assemblyAiSettings>;

const assemblyAiStt =
  (settings: AssemblyAiSettings): SttFactory =>
  (hooks) =>
    new Hearing(hearingProtocol(settings, new TurnReader(settings)), hooks);

export const assemblyAi: Vendor = {
  name: 'assemblyai',
  title: 'AssemblyAI',
  keySource: 'https://www.assemblyai.com/dashboard/api-keys',
  stt: stage(assemblyAiSettings, assemblyAiStt),
};
