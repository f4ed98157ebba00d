// A generation request of Cartesia's voice socket, read and checked. Every complaint is a value with
// the words that the client should see; fields that are not known are ignored, as the vendor does.
import { isObject, type JsonObject, textOf } from '../answer.ts';
import type { SampleEncoding, SpeechFormat } from '../speech.ts';
import { badRequest, type CartesiaError, invalidModel, sunsetModel } from './error.ts';

export type TtsRequest = {
  readonly transcript: string;
  readonly more: boolean;
  readonly flush: boolean;
  readonly format: SpeechFormat;
  readonly timestamps: boolean;
  readonly bufferMs: number;
};

export type TtsRequestResult =
  | { readonly ok: true; readonly request: TtsRequest }
  | { readonly ok: false; readonly error: CartesiaError };

const RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000];
const ENCODINGS: Readonly<Record<string, SampleEncoding>> = {
  pcm_s16le: 's16le',
  pcm_f32le: 'f32le',
  pcm_mulaw: 'mulaw',
};
const SERVED = /^sonic-(3\.5|3|2|turbo|latest)(-\d{4}-\d{2}-\d{2})?$/;
const SUNSET = [
  'sonic',
  'sonic-english',
  'sonic-multilingual',
  'sonic-2-2025-03-07',
  'sonic-turbo-2025-03-07',
];
const BUFFER_MS_MAX = 5_000;
const BUFFER_MS_DEFAULT = 3_000;
const TRANSCRIPT_CHARS_MAX = 20_000;

export function readTtsRequest(message: JsonObject): TtsRequestResult {
  const transcript = textOf(message['transcript']);
  if (transcript === undefined) return bad('transcript is required');
  if (transcript.length > TRANSCRIPT_CHARS_MAX) return bad('transcript is too long');
  const model = textOf(message['model_id']) ?? '';
  if (SUNSET.includes(model)) return { ok: false, error: sunsetModel(model) };
  if (!SERVED.test(model)) return { ok: false, error: invalidModel(model) };
  if (!hasVoice(message['voice'])) return bad('voice must be an id, {"id": …} or {"mode": "id", "id": …}');
  const format = formatOf(message['output_format']);
  if (typeof format === 'string') return bad(format);
  const bufferMs = message['max_buffer_delay_ms'] ?? BUFFER_MS_DEFAULT;
  if (typeof bufferMs !== 'number' || !(bufferMs >= 0 && bufferMs <= BUFFER_MS_MAX)) {
    return bad('max_buffer_delay_ms must be between 0 and 5000');
  }
  const more = message['continue'] === true;
  const flush = message['flush'] === true;
  if (transcript === '' && more && !flush) return bad('transcript is empty');
  return {
    ok: true,
    request: { transcript, more, flush, format, timestamps: message['add_timestamps'] === true, bufferMs },
  };
}

function hasVoice(voice: unknown): boolean {
  if (typeof voice === 'string') return voice !== '';
  return isObject(voice) && textOf(voice['id']) !== undefined && (voice['mode'] ?? 'id') === 'id';
}

/** The format, or what is wrong with it. */
function formatOf(value: unknown): SpeechFormat | string {
  if (!isObject(value)) return 'output_format is required';
  if (value['container'] !== 'raw') return 'output_format.container must be "raw" on a WebSocket';
  const encoding = ENCODINGS[textOf(value['encoding']) ?? ''];
  if (encoding === undefined)
    return 'output_format.encoding: this emulator speaks pcm_s16le, pcm_f32le, pcm_mulaw';
  const rate = value['sample_rate'];
  if (typeof rate !== 'number' || !RATES.includes(rate))
    return `output_format.sample_rate: one of ${RATES.join(', ')}`;
  return { rate, encoding };
}

const bad = (message: string): TtsRequestResult => ({ ok: false, error: badRequest(message) });
