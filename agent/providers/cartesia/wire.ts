// Cartesia's realtime speech-to-text, manual endpoint (`/stt/websocket`), as messages: the address,
// the two bare words a client may say, and what the server answers. Types and fields that are not
// known here are ignored, as the vendor asks; text that is no object is reported as malformed.
// Source: docs.cartesia.ai, API version 2026-08-14.
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import type { Headers } from '../../core/wire.ts';
import { complaintOf } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { CartesiaSettings } from './index.ts';

/** Text frames without quotes. Everything binary is audio. */
export const FINALIZE = 'finalize';
export const CLOSE = 'close';

export type CartesiaMessage =
  | {
      readonly kind: 'transcript';
      readonly final: boolean;
      /** Delta since the last final. Never trimmed: its spaces belong to the text. */
      readonly text: string;
      /** Seconds of audio behind it, where the vendor says so. */
      readonly durationS: number | undefined;
      /** Equal for two messages that are the same transcript sent twice. */
      readonly mark: string;
    }
  | { readonly kind: 'flush_done' }
  /** `ends`: the connection is of no more use after it. */
  | { readonly kind: 'error'; readonly failure: Failure; readonly ends: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

export function sttUrl(settings: CartesiaSettings): string {
  const query = new URLSearchParams({
    model: settings.model,
    language: settings.language,
    encoding: 'pcm_s16le',
    sample_rate: String(settings.sampleRate),
  });
  return `${settings.baseUrl}/stt/websocket?${query}`;
}

export function sttHeaders(settings: CartesiaSettings): Headers {
  return { authorization: `Bearer ${settings.apiKey}`, 'cartesia-version': settings.version };
}

/** Reads one frame. Binary frames are not part of this protocol and count as unknown. */
export function parseMessage(data: string | Uint8Array, secret: string): CartesiaMessage {
  if (typeof data !== 'string') return { kind: 'unknown' };
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  switch (root['type']) {
    case 'transcript':
      return transcriptOf(root);
    case 'flush_done':
      return { kind: 'flush_done' };
    case 'error':
      return errorOf(root, secret);
    default:
      return { kind: 'unknown' };
  }
}

function transcriptOf(root: JsonObject): CartesiaMessage {
  const text = stringOf(root['text']);
  if (text === undefined) return { kind: 'malformed' };
  const final = root['is_final'] === true;
  const durationS = quantityOf(root['duration']);
  return { kind: 'transcript', final, text, durationS, mark: final ? markOf(root, text, durationS) : '' };
}

function markOf(root: JsonObject, text: string, durationS: number | undefined): string {
  const words = root['words'];
  const first = Array.isArray(words) ? objectOf(words[0])?.['start'] : undefined;
  return `${stringOf(root['request_id']) ?? ''}|${durationS ?? ''}|${quantityOf(first) ?? ''}|${text}`;
}

function errorOf(root: JsonObject, secret: string): CartesiaMessage {
  const { message, code } = complaintOf(root, secret);
  // Without a status nothing is known about the state of the session: taken as a server fault.
  const status = quantityOf(root['status_code']) ?? 500;
  const unknownModel = code === 'model_not_found' || code === 'model_sunsetted';
  const failure = failureOfStatus(unknownModel ? 404 : status, message);
  return { kind: 'error', failure, ends: failure.reason !== 'bad_request' };
}
