// Cartesia's entry in the registry: its settings with their defaults, and the factory of its
// sessions. Everything else of the vendor stays inside this folder.
import { z } from 'zod';
import type { SttFactory } from '../../core/provider.ts';
import { stage, type Vendor } from '../entry.ts';
import { apiKey, language, milliseconds, webSocketBase } from '../setting.ts';
import { CartesiaSession } from './session.ts';

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
});
export type CartesiaSettings = z.output<typeof cartesiaSettings>;

const cartesiaStt =
  (settings: CartesiaSettings): SttFactory =>
  (hooks) =>
    new CartesiaSession(settings, hooks);

export const cartesia: Vendor = {
  name: 'cartesia',
  title: 'Cartesia',
  keySource: 'https://play.cartesia.ai/keys',
  stt: stage(cartesiaSettings, cartesiaStt),
};
