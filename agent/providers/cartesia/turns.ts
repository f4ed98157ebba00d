// Cartesia's recogniser that judges turns (`/stt/turns/websocket`, ink-2), as a protocol for `hearing.ts`.
// Its transcript of a turn only grows; what of it was told once is not told again. A pause is left to its
// judgement for a while, in real silence, because its clock is the audio; then its words so far are taken
// for settled, which they are: it revises nothing. Source: docs.cartesia.ai, API version 2026-08-14.
import { ms, seconds } from '../../core/time.ts';
import type { Heard, HearingProtocol } from '../hearing.ts';
import { parseObject, stringOf } from '../json.ts';
import type { CartesiaSettings } from './index.ts';
import { parseMessage, sttHeaders } from './wire.ts';

/** The server closes after about 180 s without a message (field reports); a third of it is safe. */
const KEEP_ALIVE_US = seconds(60);
const PIECE_MS = 100;
/** A turn that it has not ended within so much silence ends by its own timeout. */
const PADDING_US = seconds(3);
const DEAF_AFTER_MS = 2_000;

/** Whether this endpoint is the one to ask: by setting, or because the model was made for it. */
export const judgesTurns = ({ endpoint, model }: CartesiaSettings): boolean =>
  endpoint === 'turns' || (endpoint === 'by-model' && model.startsWith('ink-2'));

export function turnsProtocol(settings: CartesiaSettings, reader: TurnsReader): HearingProtocol {
  return {
    url: turnsUrl(settings),
    headers: sttHeaders(settings),
    secret: settings.apiKey,
    sampleRate: settings.sampleRate,
    openingMs: 0,
    keepAlive: { everyUs: KEEP_ALIVE_US, message: 'silence' },
    paddingUs: PADDING_US,
    pieceMs: PIECE_MS,
    question: { message: undefined, afterUs: ms(settings.patienceMs) },
    farewell: '{"type":"close"}',
    answerUs: ms(settings.flushMs),
    deafAfterMs: DEAF_AFTER_MS,
    read: (data) => reader.read(data),
    guess: () => reader.guess(),
    reset: () => reader.reset(),
  };
}

/** This endpoint takes no language: its one model knows English. */
function turnsUrl(settings: CartesiaSettings): string {
  const { turnStartThreshold: start, turnEagerEndThreshold: eager, turnEndThreshold: end } = settings;
  const query = new URLSearchParams({
    model: settings.model,
    encoding: 'pcm_s16le',
    sample_rate: String(settings.sampleRate),
    turn_start_threshold: String(start),
    turn_eager_end_threshold: String(eager),
    // Strictly below the eager one, or the vendor refuses.
    turn_end_threshold: String(end < eager ? end : Math.round((eager - 0.05) * 100) / 100),
  });
  return `${settings.baseUrl}/stt/turns/websocket?${query}`;
}

/** Reads turns, and remembers what of the present one was told as settled. */
export class TurnsReader {
  readonly #secret: string;
  #inTurn = false;
  /** Words of the turn, and how many of them were told. */
  #words: readonly string[] = [];
  #told = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  reset(): void {
    this.#inTurn = false;
    this.#words = [];
    this.#told = 0;
  }

  /** The words of the turn so far, taken for settled; none when nothing is new. */
  guess(): readonly Heard[] {
    const rest = this.#rest();
    this.#told = this.#words.length;
    return rest === '' ? [] : [settled(rest)];
  }

  read(data: string | Uint8Array): readonly Heard[] {
    if (typeof data !== 'string') return UNKNOWN;
    const root = parseObject(data);
    if (root === undefined) return [{ kind: 'malformed' }];
    const text = stringOf(root['transcript']);
    switch (root['type']) {
      case 'turn.start':
        this.reset();
        this.#inTurn = true;
        return UNKNOWN;
      case 'turn.update':
      case 'turn.eager_end':
      case 'turn.end':
        return text === undefined ? [{ kind: 'malformed' }] : this.#turn(root['type'], text);
      case 'error': {
        const error = parseMessage(data, this.#secret);
        return error.kind === 'error' ? [error] : UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  #turn(type: 'turn.update' | 'turn.eager_end' | 'turn.end', text: string): readonly Heard[] {
    // Every turn begins with its start: what comes without one is a repetition.
    if (!this.#inTurn) return UNKNOWN;
    this.#words = text.split(/\s+/).filter((word) => word !== '');
    const rest = this.#rest();
    if (type === 'turn.update') return rest === '' ? UNKNOWN : [{ kind: 'interim', text: rest }];
    this.#told = this.#words.length;
    if (type === 'turn.eager_end') return [settled(rest), { kind: 'signal', signal: 'eager' }];
    this.reset();
    return [settled(rest), { kind: 'signal', signal: 'end' }];
  }

  #rest(): string {
    return this.#words.slice(this.#told).join(' ');
  }
}

const UNKNOWN: readonly Heard[] = [{ kind: 'unknown' }];

const settled = (text: string): Heard => ({ kind: 'final', text, untilS: undefined, answers: true });
