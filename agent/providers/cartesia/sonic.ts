// Cartesia's voice, Sonic (`/tts/websocket`), as messages: JSON both ways, many contexts on one connection.
// Audio stays base64 until somebody wants it, so that chunks of a reply that was dropped cost one parse and
// no more. Types and fields that are not known here are ignored, as the vendor asks.
// Source: docs.cartesia.ai, API version 2026-08-14.
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { Word } from '../../core/provider.ts';
import type { Headers } from '../../core/wire.ts';
import { complaintOf } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { CartesiaTtsSettings } from './index.ts';

export type SonicMessage =
  /** Base64 of PCM s16le. */
  | { readonly kind: 'chunk'; readonly context: string; readonly audio: string }
  /** Times from the start of the context's audio. */
  | { readonly kind: 'words'; readonly context: string; readonly words: readonly Word[] }
  /** The context said everything, and its id is forgotten. */
  | { readonly kind: 'done'; readonly context: string }
  /** `context` undefined: a message that named none. */
  | { readonly kind: 'error'; readonly context: string | undefined; readonly failure: Failure }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

/** Since this version a voice is its id; before, an object with a mode. */
const VOICE_IS_ID_SINCE = '2026-08-14';

export const sonicUrl = ({ baseUrl }: CartesiaTtsSettings): string => `${baseUrl}/tts/websocket`;

export const sonicHeaders = ({ apiKey, version }: CartesiaTtsSettings): Headers => ({
  authorization: `Bearer ${apiKey}`,
  'cartesia-version': version,
});

/** `text` is spoken at once; it is appended as it stands, so it ends with a space. More may follow. */
export const sonicText = (settings: CartesiaTtsSettings, context: string, text: string): string =>
  generation(settings, context, text, true);

/** No more text for `context`: `done` follows its last audio. */
export const sonicEnd = (settings: CartesiaTtsSettings, context: string): string =>
  generation(settings, context, '', false);

export const sonicCancel = (context: string): string => JSON.stringify({ context_id: context, cancel: true });

/** All but the text and what becomes of the context stays the same in every message of it. */
function generation(settings: CartesiaTtsSettings, context: string, text: string, more: boolean): string {
  const { model, voice, language, speed, outputRate, version } = settings;
  return JSON.stringify({
    model_id: model,
    transcript: text,
    voice: version < VOICE_IS_ID_SINCE ? { mode: 'id', id: voice } : voice,
    language,
    context_id: context,
    continue: more,
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: outputRate },
    add_timestamps: true,
    // The clauses are cut by us; the vendor's own wait for more is up to 3 s.
    max_buffer_delay_ms: 0,
    ...(speed === 1 ? {} : { generation_config: { speed } }),
  });
}

/** Reads one frame. Binary frames are not part of this protocol and count as unknown. */
export function parseSonic(data: string | Uint8Array, secret: string): SonicMessage {
  if (typeof data !== 'string') return UNKNOWN;
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  const context = stringOf(root['context_id']);
  if (root['type'] === 'error') return { kind: 'error', context, failure: errorOf(root, secret) };
  if (context === undefined) return UNKNOWN;
  switch (root['type']) {
    case 'chunk': {
      const audio = stringOf(root['data']);
      return audio === undefined ? UNKNOWN : { kind: 'chunk', context, audio };
    }
    case 'timestamps':
      return { kind: 'words', context, words: wordsOf(objectOf(root['word_timestamps'])) };
    case 'done':
      return { kind: 'done', context };
    default:
      return UNKNOWN;
  }
}

/** Three lists side by side; an entry that is not whole is left out. */
function wordsOf(stamps: JsonObject | undefined): readonly Word[] {
  const [words, starts, ends] = [stamps?.['words'], stamps?.['start'], stamps?.['end']];
  if (!Array.isArray(words) || !Array.isArray(starts) || !Array.isArray(ends)) return [];
  return words.flatMap((word: unknown, index): Word[] => {
    const text = stringOf(word)?.trim() ?? '';
    const start = quantityOf(starts[index]);
    const end = quantityOf(ends[index]);
    if (text === '' || text.length > LIMITS.wordCharsMax || start === undefined || end === undefined)
      return [];
    return [{ text, startUs: Math.round(start * 1e6), endUs: Math.round(end * 1e6) }];
  });
}

function errorOf(root: JsonObject, secret: string): Failure {
  const { message, code } = complaintOf(root, secret);
  // Without a status nothing is known about the state of the session: taken as a server fault.
  const status = quantityOf(root['status_code']) ?? 500;
  const unknownModel = code === 'model_not_found' || code === 'model_sunsetted';
  return failureOfStatus(unknownModel ? 404 : status, message);
}

const UNKNOWN: SonicMessage = { kind: 'unknown' };
