// Deepgram's Flux on `/v2/listen`: a recogniser that judges turns. Its transcript of a turn only grows; what
// of it was told once is not told again. A pause is left to its judgement for a while, in real silence; then
// its latest words are taken for settled, or its turn is ended by force where the vendor has enabled that.
// Source: developers.deepgram.com and the types of @deepgram/sdk 5.13.
import { ms, seconds } from '../../core/time.ts';
import type { Heard, HearingProtocol } from '../hearing.ts';
import { type JsonObject, parseObject, quantityOf, stringOf } from '../json.ts';
import type { DeepgramSttSettings } from './index.ts';
import { errorOf, keyterms, listenHeaders } from './nova.ts';

/** There is no word to keep a connection alive with: silence does it. */
const KEEP_ALIVE_US = seconds(4);
/** The vendor's advice for one frame of audio. */
const PIECE_MS = 80;
/** A turn that it has not ended within so much silence ends by its own deadline. */
const PADDING_US = seconds(3);
/** Updates come four times in a second of audio. */
const DEAF_AFTER_MS = 1_500;
const EOT_TIMEOUT_MS = 5_000;

export function fluxProtocol(settings: DeepgramSttSettings, reader: FluxReader): HearingProtocol {
  return {
    url: fluxUrl(settings),
    headers: listenHeaders(settings),
    secret: settings.apiKey,
    sampleRate: settings.sampleRate,
    openingMs: 0,
    keepAlive: { everyUs: KEEP_ALIVE_US, message: 'silence' },
    paddingUs: PADDING_US,
    pieceMs: PIECE_MS,
    question: {
      message: settings.forceEndTurn ? '{"type":"ForceEndTurn"}' : undefined,
      afterUs: ms(settings.patienceMs),
    },
    farewell: '{"type":"CloseStream"}',
    answerUs: ms(settings.flushMs),
    deafAfterMs: DEAF_AFTER_MS,
    read: (data) => reader.read(data),
    guess: () => reader.guess(),
    reset: () => reader.reset(),
  };
}

function fluxUrl(settings: DeepgramSttSettings): string {
  const query = new URLSearchParams({
    model: settings.model,
    encoding: 'linear16',
    sample_rate: String(settings.sampleRate),
    eot_threshold: String(settings.eotThreshold),
    eager_eot_threshold: String(Math.min(settings.eagerEotThreshold, settings.eotThreshold)),
    eot_timeout_ms: String(EOT_TIMEOUT_MS),
  });
  for (const term of keyterms(settings)) query.append('keyterm', term);
  // Only the model of many languages takes hints.
  const hints = settings.model.includes('multi') && settings.language !== 'multi';
  if (hints) query.append('language_hint', settings.language);
  return `${settings.baseUrl}/v2/listen?${query}`;
}

/** Reads turns, and remembers what of the present one was told as settled. */
export class FluxReader {
  readonly #secret: string;
  #turn = -1;
  /** The last turn that ended: what is repeated of it is no news. */
  #over = -1;
  /** Words of the turn, and how many of them were told. */
  #words: readonly string[] = [];
  #told = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  reset(): void {
    this.#turn = this.#over = -1;
    this.#words = [];
    this.#told = 0;
  }

  /** The words of the turn so far, taken for settled. None when nothing is new: more may be on its way. */
  guess(): readonly Heard[] {
    const rest = this.#words.slice(this.#told).join(' ');
    this.#told = this.#words.length;
    return rest === '' ? [] : [settled(rest)];
  }

  read(data: string | Uint8Array): readonly Heard[] {
    if (typeof data !== 'string') return UNKNOWN;
    const root = parseObject(data);
    if (root === undefined) return [{ kind: 'malformed' }];
    if (root['type'] === 'Error') return [errorOf(root, this.#secret)];
    return root['type'] === 'TurnInfo' ? this.#turnInfo(root) : UNKNOWN;
  }

  #turnInfo(root: JsonObject): readonly Heard[] {
    const text = stringOf(root['transcript']);
    const turn = quantityOf(root['turn_index']);
    if (text === undefined || turn === undefined) return [{ kind: 'malformed' }];
    if (turn <= this.#over) return UNKNOWN;
    if (turn !== this.#turn) this.#told = 0;
    this.#turn = turn;
    const words = text.split(/\s+/).filter((word) => word !== '');
    this.#words = words;
    const rest = words.slice(this.#told).join(' ');
    switch (root['event']) {
      case 'Update':
      case 'StartOfTurn':
      case 'TurnResumed':
        return rest === '' ? UNKNOWN : [{ kind: 'interim', text: rest }];
      case 'EagerEndOfTurn':
        this.#told = words.length;
        return [settled(rest), { kind: 'signal', signal: 'eager' }];
      case 'EndOfTurn': {
        this.#over = turn;
        this.#words = [];
        // What we ended ourselves says nothing about the caller.
        const own: Heard[] = root['trigger'] === 'manual' ? [] : [{ kind: 'signal', signal: 'end' }];
        return [settled(rest), ...own];
      }
      default:
        return UNKNOWN;
    }
  }
}

const UNKNOWN: readonly Heard[] = [{ kind: 'unknown' }];

const settled = (text: string): Heard => ({ kind: 'final', text, untilS: undefined, answers: true });
