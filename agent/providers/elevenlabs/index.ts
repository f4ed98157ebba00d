// ElevenLabs' entry in the registry: its settings with their defaults, and the factory of its
// sessions. Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { TtsFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { apiKey, milliseconds, webSocketBase } from '../setting.ts';
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

const elevenLabsTts =
  (settings: ElevenLabsSettings): TtsFactory =>
  (hooks) =>
    new ElevenLabsSession(settings, hooks);

export const elevenLabs: Vendor = {
  name: 'elevenlabs',
  title: 'ElevenLabs',
  keySource: 'https://elevenlabs.io/app/settings/api-keys',
  tts: stage(elevenLabsSettings, elevenLabsTts),
};
