// ElevenLabs' multi-context text-to-speech WebSocket as messages: the address, what a client says,
// and what comes back. Audio stays base64 until somebody wants it, so that frames of replies that
// were dropped cost one JSON parse and nothing more. Unknown frames are ignored.
// Source: elevenlabs.io/docs, multi-context WebSocket, 2026-11.
import type { Failure, FailureReason } from '../../core/failure.ts';
import type { Headers } from '../../core/wire.ts';
import { complaintOf } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, stringOf } from '../json.ts';
import type { ElevenLabsSettings } from './index.ts';

/** Times of single characters, ms from the start of the audio in the same frame. */
export type Alignment = {
  readonly chars: readonly unknown[];
  readonly startsMs: readonly unknown[];
  readonly durationsMs: readonly unknown[];
};

export type ElevenLabsMessage =
  | {
      readonly kind: 'frame';
      readonly context: string;
      /** Base64 of PCM s16le; undefined when the frame carries none. */
      readonly audio: string | undefined;
      readonly alignment: Alignment | undefined;
      readonly final: boolean;
    }
  | { readonly kind: 'error'; readonly failure: Failure }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

export function ttsUrl(settings: ElevenLabsSettings): string {
  const query = new URLSearchParams({
    model_id: settings.model,
    output_format: `pcm_${settings.outputRate}`,
    auto_mode: 'true',
    sync_alignment: 'true',
    inactivity_timeout: '180',
    apply_text_normalization: 'auto',
  });
  if (settings.language !== undefined) query.set('language_code', settings.language);
  const voice = encodeURIComponent(settings.voice);
  return `${settings.baseUrl}/v1/text-to-speech/${voice}/multi-stream-input?${query}`;
}

export const ttsHeaders = (settings: ElevenLabsSettings): Headers => ({ 'xi-api-key': settings.apiKey });

/** The first message of a context, the only one that may carry voice settings. */
export const openContext = (context: string, settings: ElevenLabsSettings): string =>
  JSON.stringify({
    text: ' ',
    context_id: context,
    voice_settings: {
      stability: settings.stability,
      similarity_boost: settings.similarityBoost,
      speed: settings.speed,
    },
  });

/** `text` ends with a space. Spoken at once, without waiting for more. */
export const speakText = (context: string, text: string): string =>
  JSON.stringify({ text, context_id: context, flush: true });

export const closeContext = (context: string): string =>
  JSON.stringify({ context_id: context, close_context: true });

/** On this endpoint the empty string keeps alive; without a context, the connection itself. */
export const keepAlive = (context: string | undefined): string =>
  JSON.stringify(context === undefined ? { text: '' } : { text: '', context_id: context });

export const CLOSE_SOCKET = JSON.stringify({ close_socket: true });

/** Reads one frame. Binary frames are not part of this protocol and count as unknown. */
export function parseMessage(data: string | Uint8Array, secret: string): ElevenLabsMessage {
  if (typeof data !== 'string') return { kind: 'unknown' };
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  if (stringOf(root['error']) !== undefined) return { kind: 'error', failure: errorOf(root, secret) };
  const context = stringOf(root['contextId']) ?? stringOf(root['context_id']);
  if (context === undefined) return { kind: 'unknown' };
  return {
    kind: 'frame',
    context,
    audio: stringOf(root['audio']),
    alignment: alignmentOf(objectOf(root['alignment'])),
    final: root['isFinal'] === true || root['is_final'] === true,
  };
}

/** Both spellings occur; a list that is missing makes the others worthless. */
function alignmentOf(value: JsonObject | undefined): Alignment | undefined {
  if (value === undefined) return undefined;
  const chars = value['chars'];
  const startsMs = value['charStartTimesMs'] ?? value['charsStartTimesMs'];
  const durationsMs = value['charDurationsMs'] ?? value['charsDurationsMs'];
  if (!Array.isArray(chars) || !Array.isArray(startsMs) || !Array.isArray(durationsMs)) return undefined;
  return { chars, startsMs, durationsMs };
}

/** The failure behind a refused upgrade: spent credits come as 401, like a wrong key. */
export function refusal(failure: Failure, body: string): Failure {
  return failure.status === 401 && body.includes('quota_exceeded')
    ? { ...failure, reason: 'quota', retryable: false }
    : failure;
}

const REASONS: readonly (readonly [RegExp, FailureReason])[] = [
  [/quota/, 'quota'],
  [/api_key|auth|permission|only_for/, 'auth'],
  [/not_found/, 'not_found'],
  [/max_active|concurrent|system_busy|rate_limit/, 'rate_limit'],
  [/timeout/, 'disconnected'],
  [/voice_settings|character_limit|validation|invalid/, 'bad_request'],
];

/** The ids come from field reports: an unknown one is taken as a fault that may pass. */
function errorOf(root: JsonObject, secret: string): Failure {
  const { message, code } = complaintOf(root, secret);
  const reason = REASONS.find(([pattern]) => pattern.test(code))?.[1] ?? 'overloaded';
  const retryable = reason === 'rate_limit' || reason === 'overloaded' || reason === 'disconnected';
  return { reason, message, retryable };
}
