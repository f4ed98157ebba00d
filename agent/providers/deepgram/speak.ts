// Deepgram's Aura on `/v1/speak`, as messages: text and three commands out, bare audio and small notices in.
// Types and fields that are not known here are ignored. Source: developers.deepgram.com, 2026-11.
import type { Failure } from '../../core/failure.ts';
import { complaintOf } from '../complaint.ts';
import { parseObject } from '../json.ts';
import type { DeepgramTtsSettings } from './index.ts';
import { errorOf } from './nova.ts';

export const FLUSH = '{"type":"Flush"}';
export const CLEAR = '{"type":"Clear"}';
export const CLOSE = '{"type":"Close"}';

export const speakText = (text: string): string => JSON.stringify({ type: 'Speak', text });

export type SpeakMessage =
  | { readonly kind: 'audio'; readonly data: Uint8Array }
  /** All audio of one `Flush` was sent. */
  | { readonly kind: 'flushed' }
  /** What was buffered is dropped, and no audio of it follows. */
  | { readonly kind: 'cleared' }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'error'; readonly failure: Failure }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

export function speakUrl({
  baseUrl,
  model,
  voice,
  language,
  outputRate,
  speed,
}: DeepgramTtsSettings): string {
  const query = new URLSearchParams({
    model: `${model}-${voice}-${language}`,
    encoding: 'linear16',
    sample_rate: String(outputRate),
    ...(speed === 1 ? {} : { speed: String(speed) }),
  });
  return `${baseUrl}/v1/speak?${query}`;
}

export function parseSpeak(data: string | Uint8Array, secret: string): SpeakMessage {
  if (typeof data !== 'string') return { kind: 'audio', data };
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  switch (root['type']) {
    case 'Flushed':
      return { kind: 'flushed' };
    case 'Cleared':
      return { kind: 'cleared' };
    case 'Warning':
      return { kind: 'warning', message: complaintOf(root, secret).message };
    case 'Error': {
      const heard = errorOf(root, secret);
      return heard.kind === 'error' ? { kind: 'error', failure: heard.failure } : { kind: 'unknown' };
    }
    default:
      return { kind: 'unknown' };
  }
}
