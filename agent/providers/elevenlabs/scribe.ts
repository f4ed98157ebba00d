// ElevenLabs' Scribe v2 Realtime (`/v1/speech-to-text/realtime`), as a protocol for `hearing.ts`: JSON both
// ways, audio in base64. What was said is settled by a commit, which we ask for at a pause; with the strategy
// `vad` the vendor commits by itself after a silence, and is asked only if it does not. Source:
// elevenlabs.io/docs and the types of @elevenlabs/elevenlabs-js 2.73, 2026-11.
import { type Failure, failureOfStatus } from '../../core/failure.ts';
import { ms, seconds } from '../../core/time.ts';
import { plainLine } from '../complaint.ts';
import type { Heard, HearingProtocol } from '../hearing.ts';
import { type JsonObject, parseObject, stringOf } from '../json.ts';
import type { ElevenLabsSttSettings } from './index.ts';

/** The vendor drops a connection after 10 to 15 s without audio (field reports). */
const KEEP_ALIVE_US = seconds(5);
const PIECE_MS = 100;
/** Partial transcripts come about as often as words. */
const DEAF_AFTER_MS = 2_000;
/** What the vendor's own silence may be late by before it is asked. */
const LATE_MS = 300;

export function scribeProtocol(settings: ElevenLabsSttSettings, reader: ScribeReader): HearingProtocol {
  const { sampleRate, commitStrategy, vadSilenceS } = settings;
  const waitUs = commitStrategy === 'vad' ? seconds(vadSilenceS) + ms(LATE_MS) : 0;
  return {
    url: scribeUrl(settings),
    headers: { 'xi-api-key': settings.apiKey },
    secret: settings.apiKey,
    sampleRate,
    openingMs: 0,
    keepAlive: { everyUs: KEEP_ALIVE_US, message: 'silence' },
    paddingUs: waitUs,
    pieceMs: PIECE_MS,
    pieces: { ms: PIECE_MS, aheadMs: Infinity },
    question: { message: chunk('', sampleRate, true), afterUs: waitUs },
    // There is no word for goodbye; a last commit would only cost.
    farewell: chunk('', sampleRate, false),
    answerUs: ms(settings.flushMs),
    deafAfterMs: DEAF_AFTER_MS,
    audio: (pcm) => chunk(base64Of(pcm), sampleRate, false),
    read: (data) => reader.read(data),
    asked: () => reader.asked(),
    guess: () => reader.guess(),
    reset: () => reader.reset(),
  };
}

const base64Of = (pcm: Uint8Array): string =>
  Buffer.from(pcm.buffer, pcm.byteOffset, pcm.length).toString('base64');

const chunk = (base64: string, rate: number, commit: boolean): string =>
  `{"message_type":"input_audio_chunk","audio_base_64":"${base64}","commit":${commit},"sample_rate":${rate}}`;

function scribeUrl(settings: ElevenLabsSttSettings): string {
  const query = new URLSearchParams({
    model_id: settings.model,
    audio_format: `pcm_${settings.sampleRate}`,
    commit_strategy: settings.commitStrategy,
    language_code: settings.language,
  });
  if (settings.commitStrategy === 'vad')
    query.set('vad_silence_threshold_secs', String(settings.vadSilenceS));
  for (const term of settings.keyterms.split(','))
    if (term.trim() !== '') query.append('keyterms', term.trim());
  return `${settings.baseUrl}/v1/speech-to-text/realtime?${query}`;
}

/** Reads transcripts, and remembers what of the present segment was told as settled. */
export class ScribeReader {
  readonly #secret: string;
  #words: readonly string[] = [];
  #told = 0;
  /** The last commit's text, until there is reason to expect another one. */
  #repeats: string | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  reset(): void {
    this.#words = [];
    this.#told = 0;
    this.#repeats = undefined;
  }

  asked(): void {
    this.#repeats = undefined;
  }

  /** The words of the segment so far, taken for settled; none when nothing is new. */
  guess(): readonly Heard[] {
    const rest = this.#words.slice(this.#told).join(' ');
    this.#told = this.#words.length;
    return rest === '' ? [] : [settled(rest)];
  }

  read(data: string | Uint8Array): readonly Heard[] {
    if (typeof data !== 'string') return UNKNOWN;
    const root = parseObject(data);
    if (root === undefined) return [{ kind: 'malformed' }];
    const type = stringOf(root['message_type']) ?? '';
    switch (type) {
      case 'partial_transcript':
      // Settled, but not committed: more of the segment follows.
      case 'final_transcript':
      case 'committed_transcript': {
        const text = stringOf(root['text']);
        if (text === undefined) return [{ kind: 'malformed' }];
        return type === 'committed_transcript' ? this.#committed(text) : this.#partial(text);
      }
      default: {
        const status = STATUS.get(type);
        return status === undefined ? UNKNOWN : [this.#errorOf(root, type, status)];
      }
    }
  }

  #partial(text: string): readonly Heard[] {
    this.#repeats = undefined;
    this.#words = wordsOf(text);
    const rest = this.#words.slice(this.#told).join(' ');
    return rest === '' ? UNKNOWN : [{ kind: 'interim', text: rest }];
  }

  #committed(text: string): readonly Heard[] {
    // Nothing was heard since, and nobody asked: it is the same commit again.
    if (text !== '' && text === this.#repeats) return UNKNOWN;
    const rest = wordsOf(text).slice(this.#told).join(' ');
    this.reset();
    this.#repeats = text;
    return [settled(rest)];
  }

  #errorOf(root: JsonObject, type: string, status: number): Heard {
    const message = plainLine(stringOf(root['error']) ?? type, this.#secret);
    const failure: Failure = failureOfStatus(status, message);
    return { kind: 'error', failure, ends: !HARMLESS.has(type) };
  }
}

const UNKNOWN: readonly Heard[] = [{ kind: 'unknown' }];

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const settled = (text: string): Heard => ({ kind: 'final', text, untilS: undefined, answers: true });

/** The errors of the protocol, as statuses. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['error', 500],
  ['auth_error', 401],
  ['unaccepted_terms', 403],
  ['quota_exceeded', 402],
  ['rate_limited', 429],
  ['commit_throttled', 429],
  ['resource_exhausted', 503],
  ['queue_overflow', 503],
  ['transcriber_error', 500],
  ['session_time_limit_exceeded', 503],
  ['insufficient_audio_activity', 503],
  ['input_error', 400],
  ['invalid_request', 400],
  ['chunk_size_exceeded', 400],
]);
/** After these the session goes on. */
const HARMLESS = new Set(['commit_throttled', 'input_error']);
