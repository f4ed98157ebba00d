// Deepgram's Nova-3 on `/v1/listen`: audio in, results out. A `Finalize` is answered only if there is
// something left to say, and an idle connection must be kept alive in words, after some audio. Source:
// developers.deepgram.com, 2026-11.
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import { ms, seconds } from '../../core/time.ts';
import { complaintOf } from '../complaint.ts';
import type { Heard, HearingProtocol } from '../hearing.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { DeepgramSttSettings } from './index.ts';

/** The vendor closes after 10 s without a message. */
const KEEP_ALIVE_US = seconds(4);
/** Words alone do not keep a connection that never carried audio. */
const OPENING_MS = 20;
/** Interim results come once in so much audio; a line that says nothing about more of it is dead. */
const DEAF_AFTER_MS = 2_000;

export const listenHeaders = ({ apiKey }: { readonly apiKey: string }) => ({
  authorization: `Token ${apiKey}`,
});

export function novaProtocol(settings: DeepgramSttSettings): HearingProtocol {
  return {
    url: listenUrl(settings),
    headers: listenHeaders(settings),
    secret: settings.apiKey,
    sampleRate: settings.sampleRate,
    openingMs: OPENING_MS,
    keepAlive: { everyUs: KEEP_ALIVE_US, message: '{"type":"KeepAlive"}' },
    paddingUs: 0,
    pieceMs: OPENING_MS,
    question: { message: '{"type":"Finalize"}', afterUs: 0 },
    farewell: '{"type":"CloseStream"}',
    answerUs: ms(settings.flushMs),
    deafAfterMs: DEAF_AFTER_MS,
    read: (data) => [parseNova(data, settings.apiKey)],
    reset: () => {},
  };
}

function listenUrl(settings: DeepgramSttSettings): string {
  const query = new URLSearchParams({
    model: settings.model,
    language: settings.language,
    encoding: 'linear16',
    sample_rate: String(settings.sampleRate),
    channels: '1',
    interim_results: 'true',
    punctuate: 'true',
    // We say when the caller pauses; the audio of a pause is not even sent.
    endpointing: 'false',
  });
  for (const term of keyterms(settings)) query.append('keyterm', term);
  return `${settings.baseUrl}/v1/listen?${query}`;
}

export const keyterms = (settings: { readonly keyterms: string }): readonly string[] =>
  settings.keyterms.split(',').flatMap((term) => term.trim() || []);

/** Reads one frame. Binary frames are not part of this protocol and count as unknown. */
export function parseNova(data: string | Uint8Array, secret: string): Heard {
  if (typeof data !== 'string') return { kind: 'unknown' };
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  switch (root['type']) {
    case 'Results':
      return resultsOf(root);
    // The vendor heard no word for a while: with words before it, their turn is over.
    case 'UtteranceEnd':
      return { kind: 'signal', signal: 'end' };
    case 'Error':
      return errorOf(root, secret);
    default:
      return { kind: 'unknown' };
  }
}

function resultsOf(root: JsonObject): Heard {
  const alternatives = objectOf(root['channel'])?.['alternatives'];
  const best = Array.isArray(alternatives) ? objectOf(alternatives[0]) : undefined;
  const text = stringOf(best?.['transcript']);
  if (text === undefined) return { kind: 'malformed' };
  if (root['is_final'] !== true) return text === '' ? { kind: 'unknown' } : { kind: 'interim', text };
  const start = quantityOf(root['start']);
  const duration = quantityOf(root['duration']);
  const untilS = start === undefined || duration === undefined ? undefined : start + duration;
  return { kind: 'final', text, untilS, answers: root['from_finalize'] === true };
}

/** An error inside a stream: a connection is of no use after it. */
export function errorOf(root: JsonObject, secret: string): Heard {
  const { message, code } = complaintOf(root, secret);
  const failure: Failure = failureOfStatus(STATUS[code] ?? 500, message);
  return { kind: 'error', failure, ends: true };
}

const STATUS: Readonly<Record<string, number>> = {
  INVALID_AUTH: 401,
  INSUFFICIENT_PERMISSIONS: 403,
  ASR_PAYMENT_REQUIRED: 402,
  TOO_MANY_REQUESTS: 429,
  'Bad Request': 400,
  INVALID_QUERY_PARAMETER: 400,
};
