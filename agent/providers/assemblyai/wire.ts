// AssemblyAI's Universal-Streaming (`/v3/ws`) as messages: the address, the words a client may say, and what
// the server answers. What is not known here is ignored; text that is no object is reported as malformed.
// Source: assemblyai.com/docs and the types of the package assemblyai 4.41, 2026-11.
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import { plainLine } from '../complaint.ts';
import { type JsonObject, objectOf, parseObject, quantityOf, stringOf } from '../json.ts';
import type { AssemblyAiSettings } from './index.ts';

export const FORCE_ENDPOINT = '{"type":"ForceEndpoint"}';
export const KEEP_ALIVE = '{"type":"KeepAlive"}';
export const TERMINATE = '{"type":"Terminate"}';

export type AssemblyAiMessage =
  | {
      readonly kind: 'turn';
      readonly order: number;
      readonly ended: boolean;
      readonly formatted: boolean;
      /** Words that will not change. */
      readonly settled: readonly string[];
      /** Words after them that may. */
      readonly tail: readonly string[];
      /** An utterance ends here; the turn may go on. */
      readonly pauses: boolean;
    }
  | { readonly kind: 'error'; readonly failure: Failure }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

/** The model of one language gives way to the one of several when it is not its own that is spoken. */
const ENGLISH = 'universal-streaming-english';
const SEVERAL = 'universal-streaming-multilingual';

export function streamUrl(settings: AssemblyAiSettings): string {
  const { language } = settings;
  const model = settings.model === ENGLISH && language !== 'en' ? SEVERAL : settings.model;
  const query = new URLSearchParams({
    speech_model: model,
    encoding: 'pcm_s16le',
    sample_rate: String(settings.sampleRate),
    min_turn_silence: String(Math.min(settings.minTurnSilenceMs, settings.maxTurnSilenceMs)),
    max_turn_silence: String(settings.maxTurnSilenceMs),
  });
  if (isFirstFamily(model)) {
    query.set('end_of_turn_confidence_threshold', String(settings.endOfTurnConfidence));
    query.set('format_turns', String(settings.formatTurns));
  } else query.set('language_codes', JSON.stringify([language]));
  const terms = settings.keyterms.split(',').flatMap((term) => term.trim() || []);
  if (terms.length > 0) query.set('keyterms_prompt', JSON.stringify(terms));
  return `${settings.baseUrl}/v3/ws?${query}`;
}

/** Universal-Streaming; the families after it format every turn, and are told their language. */
export const isFirstFamily = (model: string): boolean => model.startsWith('universal-streaming');

/** The bare key, without a scheme. */
export const streamHeaders = ({ apiKey }: { readonly apiKey: string }) => ({ authorization: apiKey });

/** Reads one frame. Binary frames are not part of this protocol and count as unknown. */
export function parseMessage(data: string | Uint8Array, secret: string): AssemblyAiMessage {
  if (typeof data !== 'string') return { kind: 'unknown' };
  const root = parseObject(data);
  if (root === undefined) return { kind: 'malformed' };
  switch (root['type']) {
    case 'Turn':
      return turnOf(root);
    case 'Error':
      return { kind: 'error', failure: failureOf(root, secret) };
    default:
      return { kind: 'unknown' };
  }
}

function turnOf(root: JsonObject): AssemblyAiMessage {
  const text = stringOf(root['transcript']);
  const order = quantityOf(root['turn_order']);
  if (text === undefined || order === undefined) return { kind: 'malformed' };
  const words = Array.isArray(root['words']) ? root['words'] : [];
  const tail = words.flatMap((word: unknown) => {
    const { text: written, word_is_final: final } = objectOf(word) ?? {};
    return final === false ? wordsOf(stringOf(written) ?? '') : [];
  });
  return {
    kind: 'turn',
    order,
    ended: root['end_of_turn'] === true,
    formatted: root['turn_is_formatted'] === true,
    settled: wordsOf(text),
    tail,
    pauses: (stringOf(root['utterance']) ?? '') !== '',
  };
}

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** An error comes before its close and names its code, which stands for several things at once. */
function failureOf(root: JsonObject, secret: string): Failure {
  const message = plainLine(stringOf(root['error']) ?? 'no reason given', secret);
  return failureOfStatus(statusOf(quantityOf(root['error_code']), message), message);
}

function statusOf(code: number | undefined, message: string): number {
  switch (code) {
    case 1008:
      if (/session|concurren|too many/i.test(message)) return 429;
      return /balance|fund|credit|payment|billing/i.test(message) ? 402 : 401;
    case 3006:
      return 400;
    // Audio that was too fast, and sessions beyond what is allowed: both pass.
    case 3007:
    case 3009:
      return 429;
    case 3008:
      return 503;
    default:
      return 500;
  }
}
