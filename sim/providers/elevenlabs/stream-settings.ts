// What a speech request says in its URL, read and checked: voice, model, output format, buffering. The
// emulator refuses formats that it cannot make (MP3, Opus, A-law) in clear words instead of sending
// something else, and models that the vendor has removed.
import type { SpeechFormat } from '../speech.ts';
import { type ElevenLabsError, invalid, voiceNotFound } from './error.ts';

export type StreamSettings = {
  readonly format: SpeechFormat;
  readonly autoMode: boolean;
  readonly syncAlignment: boolean;
  readonly inactivityS: number;
};

export type StreamSettingsResult =
  | { readonly ok: true; readonly settings: StreamSettings }
  | { readonly ok: false; readonly error: ElevenLabsError };

const FORMATS: Readonly<Record<string, SpeechFormat>> = {
  pcm_16000: { rate: 16_000, encoding: 's16le' },
  pcm_22050: { rate: 22_050, encoding: 's16le' },
  pcm_24000: { rate: 24_000, encoding: 's16le' },
  pcm_44100: { rate: 44_100, encoding: 's16le' },
  ulaw_8000: { rate: 8_000, encoding: 'mulaw' },
};
const DEFAULT_FORMAT = 'mp3_44100_128';
const MODELS = [
  'eleven_flash_v2_5',
  'eleven_flash_v2',
  'eleven_turbo_v2_5',
  'eleven_turbo_v2',
  'eleven_multilingual_v2',
];
const INACTIVITY_S = 20;
const INACTIVITY_S_MAX = 180;

/** `model` from the query or, over HTTP, from the body; undefined is the vendor's own default. */
export function readStreamSettings(
  voice: string,
  query: URLSearchParams,
  model: string | undefined,
): StreamSettingsResult {
  if (!/^[A-Za-z0-9]{20}$/.test(voice)) return { ok: false, error: voiceNotFound };
  if (model !== undefined && !MODELS.includes(model)) {
    const message = `The model "${model.slice(0, 60)}" is not served here. Served: ${MODELS.join(', ')}.`;
    return { ok: false, error: { ...invalid(message), id: 'model_not_found' } };
  }
  const formatName = query.get('output_format') ?? DEFAULT_FORMAT;
  const format = Object.hasOwn(FORMATS, formatName) ? FORMATS[formatName] : undefined;
  if (format === undefined) {
    const names = Object.keys(FORMATS).join(', ');
    return bad(`output_format ${formatName.slice(0, 40)} is not emulated: set one of ${names}.`);
  }
  const inactivityS = Number(query.get('inactivity_timeout') ?? INACTIVITY_S);
  if (!(inactivityS >= 1 && inactivityS <= INACTIVITY_S_MAX)) {
    return bad(`inactivity_timeout must be between 1 and ${INACTIVITY_S_MAX} seconds.`);
  }
  const autoMode = query.get('auto_mode') === 'true';
  const syncAlignment = query.get('sync_alignment') === 'true';
  return { ok: true, settings: { format, autoMode, syncAlignment, inactivityS } };
}

const bad = (message: string): StreamSettingsResult => ({ ok: false, error: invalid(message) });
