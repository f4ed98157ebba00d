// ElevenLabs' entry in the registry: its settings with their defaults, and the factory of its
// sessions. Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { SttFactory, TtsFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { Hearing } from '../hearing.ts';
import { apiKey, language, milliseconds, webSocketBase } from '../setting.ts';
import { elevenLabsVoices } from './catalogue.ts';
import { ScribeReader, scribeProtocol } from './scribe.ts';
import { ElevenLabsSession } from './session.ts';

export const elevenLabsSettings = z.object({
  apiKey,
  baseUrl: webSocketBase('wss://api.elevenlabs.io'),
  voice: z.string().min(1).default('21m00Tcm4TlvDq8ikWAM'),
  model: z.string().min(1).default('eleven_flash_v2_5'),
  /** ISO 639-1; only models that declare it accept it, so it is sent only when it is set. */
  language: z.string().min(2).optional(),
  stability: z.number().min(0).max(1).default(0.5),
  similarityBoost: z.number().min(0).max(1).default(0.75),
  speed: z.number().min(0.7).max(1.2).default(1),
  /** Hz of the PCM that comes back. */
  outputRate: z.literal([8_000, 16_000, 22_050, 24_000, 44_100]).default(24_000),
  /** A reply without audio for this long is given up. */
  firstAudioMs: milliseconds(8_000),
});
export type ElevenLabsSettings = z.output<typeof elevenLabsSettings>;

export const elevenLabsSttSettings = z.object({
  apiKey,
  baseUrl: webSocketBase('wss://api.elevenlabs.io'),
  model: z.string().min(1).default('scribe_v2_realtime'),
  language,
  /** Hz, of the PCM s16le mono that is sent. */
  sampleRate: z.literal([8_000, 16_000, 22_050, 24_000, 44_100, 48_000]).default(16_000),
  keyterms: z.string().default('').describe('words that the caller is likely to use, between commas'),
  commitStrategy: z
    .enum(['manual', 'vad'])
    .default('manual')
    .describe(
      'who settles what was heard: manual, asked for at each pause, or vad, the vendor after a silence',
    ),
  vadSilenceS: z.number().min(0.3).max(3).default(0.5).describe('vad: silence after which it does so, s'),
  /** A question for the words that is not answered within this is given up, so that the turn goes on. */
  flushMs: milliseconds(1_000),
});
export type ElevenLabsSttSettings = z.output<typeof elevenLabsSttSettings>;

const elevenLabsStt =
  (settings: ElevenLabsSttSettings): SttFactory =>
  (hooks) =>
    new Hearing(scribeProtocol(settings, new ScribeReader(settings.apiKey)), hooks);

const elevenLabsTts =
  (settings: ElevenLabsSettings): TtsFactory =>
  (hooks) =>
    new ElevenLabsSession(settings, hooks);

export const elevenLabs: Vendor = {
  name: 'elevenlabs',
  title: 'ElevenLabs',
  keySource: 'https://elevenlabs.io/app/settings/api-keys',
  voices: elevenLabsVoices,
  stt: stage(elevenLabsSttSettings, elevenLabsStt),
  tts: stage(elevenLabsSettings, elevenLabsTts),
};
