// One caller's ear at AssemblyAI, as a protocol for `hearing.ts`: turns that only grow, of which nothing is
// told twice. A pause is left to the vendor's judgement for a while, in real silence; then its turn is ended
// by force. Its end of a turn, unless we forced it, is a signal; its end of an utterance is an early one.
import { ms, seconds } from '../../core/time.ts';
import type { Heard, HearingProtocol } from '../hearing.ts';
import type { AssemblyAiSettings } from './index.ts';
import {
  type AssemblyAiMessage,
  FORCE_ENDPOINT,
  isFirstFamily,
  KEEP_ALIVE,
  parseMessage,
  streamHeaders,
  streamUrl,
  TERMINATE,
} from './wire.ts';

/** The least audio that one message may hold; at most it is 1000 ms. */
const PIECE_MS = 50;
/** Audio must not come faster than real time; how strictly that is taken is not documented. */
const AHEAD_MS = 300;
/** Inactivity ends a session only where that is asked for; middleboxes are less patient. */
const KEEP_ALIVE_US = seconds(30);
/** The families after Universal-Streaming say next to nothing until a pause. */
const DEAF_AFTER_MS = 3_000;

export function hearingProtocol(settings: AssemblyAiSettings, reader: TurnReader): HearingProtocol {
  return {
    url: streamUrl(settings),
    headers: streamHeaders(settings),
    secret: settings.apiKey,
    sampleRate: settings.sampleRate,
    openingMs: 0,
    keepAlive: { everyUs: KEEP_ALIVE_US, message: KEEP_ALIVE },
    paddingUs: ms(settings.patienceMs),
    pieceMs: PIECE_MS,
    pieces: { ms: PIECE_MS, aheadMs: AHEAD_MS },
    question: { message: FORCE_ENDPOINT, afterUs: ms(settings.patienceMs) },
    farewell: TERMINATE,
    answerUs: ms(settings.flushMs),
    deafAfterMs: DEAF_AFTER_MS,
    read: (data) => reader.read(data),
    asked: () => reader.asked(),
    guess: () => reader.guess(),
    reset: () => reader.reset(),
  };
}

type Turn = AssemblyAiMessage & { readonly kind: 'turn' };

/** Reads turns, and remembers what of the present one was told as settled. */
export class TurnReader {
  readonly #secret: string;
  /** The end of a turn comes twice, and the second one is the one to take. */
  readonly #awaitsFormat: boolean;
  #turn = -1;
  /** The last turn that was told to its end: what is repeated of it is no news. */
  #over = -1;
  #words: readonly string[] = [];
  #told = 0;
  /** An end of the vendor's own judgement that waits for its formatted text. */
  #ended = false;
  /** The turn that we asked to end. */
  #forced = -1;

  constructor(settings: AssemblyAiSettings) {
    this.#secret = settings.apiKey;
    this.#awaitsFormat = settings.formatTurns && isFirstFamily(settings.model);
  }

  reset(): void {
    this.#turn = this.#over = this.#forced = -1;
    this.#words = [];
    this.#told = 0;
    this.#ended = false;
  }

  asked(): void {
    this.#forced = Math.max(this.#turn, this.#over + 1);
  }

  /** The words of the turn so far, taken for settled; none when nothing is new. */
  guess(): readonly Heard[] {
    const rest = this.#words.slice(this.#told).join(' ');
    this.#told = this.#words.length;
    if (this.#ended) this.#close(this.#turn);
    return rest === '' ? [] : [settled(rest)];
  }

  read(data: string | Uint8Array): readonly Heard[] {
    const message = parseMessage(data, this.#secret);
    switch (message.kind) {
      case 'turn':
        return message.order <= this.#over ? UNKNOWN : this.#turnOf(message);
      case 'error':
        return [{ kind: 'error', failure: message.failure, ends: true }];
      default:
        return [message];
    }
  }

  #turnOf(turn: Turn): readonly Heard[] {
    // The formatted text of the turn before never came: it is told as it was.
    const late = turn.order === this.#turn ? [] : this.guess();
    if (turn.order !== this.#turn) this.#told = 0;
    this.#turn = turn.order;
    this.#words = [...turn.settled, ...turn.tail];
    if (turn.ended && (turn.formatted || !this.#awaitsFormat)) return [...late, ...this.#end(turn)];
    this.#ended ||= turn.ended;
    if (turn.pauses && !turn.ended) {
      const rest = turn.settled.slice(this.#told).join(' ');
      this.#told = turn.settled.length;
      return [...late, settled(rest), { kind: 'signal', signal: 'eager' }];
    }
    const rest = this.#words.slice(this.#told).join(' ');
    return rest === '' && late.length === 0 ? UNKNOWN : [...late, { kind: 'interim', text: rest }];
  }

  #end(turn: Turn): readonly Heard[] {
    const rest = turn.settled.slice(this.#told).join(' ');
    // What we ended ourselves says nothing about the caller.
    const own: readonly Heard[] = this.#forced === turn.order ? [] : [{ kind: 'signal', signal: 'end' }];
    this.#close(turn.order);
    return [settled(rest), ...own];
  }

  #close(order: number): void {
    this.#over = order;
    this.#words = [];
    this.#told = 0;
    this.#ended = false;
  }
}

const UNKNOWN: readonly Heard[] = [{ kind: 'unknown' }];

const settled = (text: string): Heard => ({ kind: 'final', text, untilS: undefined, answers: true });
