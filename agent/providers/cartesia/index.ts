// Cartesia's entry in the registry: its settings with their defaults, and the factory of its
// sessions. Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { SttFactory, TtsFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { Hearing } from '../hearing.ts';
import { apiKey, language, milliseconds, webSocketBase } from '../setting.ts';
import { cartesiaVoices } from './catalogue.ts';
import { CartesiaSession } from './session.ts';
import { judgesTurns, TurnsReader, turnsProtocol } from './turns.ts';
import { CartesiaVoice } from './voice.ts';

export const cartesiaSettings = z.object({
  apiKey,
  baseUrl: webSocketBase('wss://api.cartesia.ai'),
  model: z.string().min(1).default('ink-whisper'),
  language,
  /** Hz, of the PCM s16le mono that is sent. */
  sampleRate: z.int().min(8_000).max(48_000).default(16_000),
  version: z.string().min(1).default('2026-08-14'),
  /** A finalize that is not answered within this is given up, so that the turn goes on. */
  flushMs: milliseconds(2_000),
  endpoint: z
    .enum(['by-model', 'manual', 'turns'])
    .default('by-model')
    .describe('hears by being asked (manual) or judges the turns itself (turns); by-model: turns for ink-2'),
  turnStartThreshold: z.number().min(0.5).max(0.9).default(0.8).describe('turns: likelihood that begins one'),
  turnEagerEndThreshold: z
    .number()
    .min(0.3)
    .max(0.6)
    .default(0.4)
    .describe('turns: likelihood of its going on below which one may be over'),
  turnEndThreshold: z
    .number()
    .min(0.05)
    .max(0.5)
    .default(0.2)
    .describe('turns: likelihood of its going on below which one is over; below the other'),
  patienceMs: z
    .int()
    .min(0)
    .max(2_000)
    .default(250)
    .describe('turns: how long a pause is left to its judgement before its words so far are taken, ms'),
});
export type CartesiaSettings = z.output<typeof cartesiaSettings>;

export const cartesiaTtsSettings = z.object({
  apiKey,
  baseUrl: webSocketBase('wss://api.cartesia.ai'),
  model: z.string().min(1).default('sonic-3.5'),
  /** Id of a voice of the vendor's library, or of one's own. */
  voice: z.string().min(1).default('f786b574-daa5-4673-aa0c-cbe3e8534c02'),
  language,
  speed: z.number().min(0.6).max(1.5).default(1),
  /** Hz of the PCM that comes back. */
  outputRate: z
    .literal(
      [8_000, 16_000, 22_050, 24_000, 44_100, 48_000],
      'must be 8000, 16000, 22050, 24000, 44100 or 48000',
    )
    .default(24_000),
  version: z.string().min(1).default('2026-08-14'),
  /** A reply without audio for this long is given up. */
  firstAudioMs: milliseconds(8_000),
});
export type CartesiaTtsSettings = z.output<typeof cartesiaTtsSettings>;

const cartesiaStt =
  (settings: CartesiaSettings): SttFactory =>
  (hooks) =>
    judgesTurns(settings)
      ? new Hearing(turnsProtocol(settings, new TurnsReader(settings.apiKey)), hooks)
      : new CartesiaSession(settings, hooks);

const cartesiaTts =
  (settings: CartesiaTtsSettings): TtsFactory =>
  (hooks) =>
    new CartesiaVoice(settings, hooks);

export const cartesia: Vendor = {
  name: 'cartesia',
  title: 'Cartesia',
  keySource: 'https://play.cartesia.ai/keys',
  voices: cartesiaVoices,
  stt: stage(cartesiaSettings, cartesiaStt),
  tts: stage(cartesiaTtsSettings, cartesiaTts),
};
