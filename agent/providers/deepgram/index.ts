// Deepgram's entry in the registry: Nova-3 and Flux by the name of the model as recognisers, and Aura-2 as
// a voice. Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { SttFactory, TtsFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { Hearing } from '../hearing.ts';
import { apiKey, milliseconds, webSocketBase } from '../setting.ts';
import { deepgramVoices } from './catalogue.ts';
import { FluxReader, fluxProtocol } from './flux.ts';
import { novaProtocol } from './nova.ts';
import { DeepgramVoice } from './voice.ts';

const baseUrl = webSocketBase('wss://api.deepgram.com');
/** BCP 47, or `multi` for several languages in one call. */
const language = z
  .string()
  .regex(/^([a-z]{2}(-[A-Za-z0-9]{2,8})?|multi)$/, 'must be a language such as en or en-US, or multi')
  .default('en');

export const deepgramSttSettings = z.object({
  apiKey,
  baseUrl,
  /** Models that begin with `flux-` judge the turns themselves. */
  model: z.string().min(1).default('nova-3'),
  language,
  /** Hz, of the PCM s16le mono that is sent. */
  sampleRate: z.int().min(8_000).max(48_000).default(16_000),
  keyterms: z.string().default('').describe('words that the caller is likely to use, between commas'),
  eotThreshold: z.number().min(0.5).max(0.9).default(0.7).describe('Flux: sureness that ends a turn'),
  eagerEotThreshold: z
    .number()
    .min(0.3)
    .max(0.9)
    .default(0.4)
    .describe('Flux: sureness that a turn may be over; not above the one that ends it'),
  patienceMs: z
    .int()
    .min(0)
    .max(2_000)
    .default(250)
    .describe('Flux: how long a pause is left to its judgement before its latest words are taken, ms'),
  forceEndTurn: z
    .boolean()
    .default(false)
    .describe('Flux: end its turn by force then, which the vendor must have enabled: true or false'),
  /** A question for the words that is not answered within this is given up, so that the turn goes on. */
  flushMs: milliseconds(1_000),
});
export type DeepgramSttSettings = z.output<typeof deepgramSttSettings>;

export const deepgramTtsSettings = z.object({
  apiKey,
  baseUrl,
  /** Model, voice and language together name the vendor's model. */
  model: z.string().min(1).default('aura-2'),
  voice: z.string().min(1).default('thalia'),
  language: z.string().min(2).default('en'),
  speed: z.number().min(0.7).max(1.2).default(1),
  /** Hz of the PCM that comes back. */
  outputRate: z
    .literal([8_000, 16_000, 24_000, 32_000, 48_000], 'must be 8000, 16000, 24000, 32000 or 48000')
    .default(24_000),
  /** A reply without audio for this long is given up. */
  firstAudioMs: milliseconds(8_000),
});
export type DeepgramTtsSettings = z.output<typeof deepgramTtsSettings>;

const deepgramStt =
  (settings: DeepgramSttSettings): SttFactory =>
  (hooks) =>
    new Hearing(
      settings.model.startsWith('flux-')
        ? fluxProtocol(settings, new FluxReader(settings.apiKey))
        : novaProtocol(settings),
      hooks,
    );

const deepgramTts =
  (settings: DeepgramTtsSettings): TtsFactory =>
  (hooks) =>
    new DeepgramVoice(settings, hooks);

export const deepgram: Vendor = {
  name: 'deepgram',
  title: 'Deepgram',
  keySource: 'https://console.deepgram.com',
  voices: deepgramVoices,
  stt: stage(deepgramSttSettings, deepgramStt),
  tts: stage(deepgramTtsSettings, deepgramTts),
};
