// ElevenLabs, emulated from the documents: both text-streaming WebSockets, streamed speech over HTTP with and
// without timings, the voice list, and the recogniser Scribe v2 Realtime. It speaks exactly the text it was
// given, and hears only the audio that arrived. Batch Scribe, dialogue and agents answer 404.
import {
  type JsonObject,
  jsonAnswer,
  type PlainAnswer,
  parseObject,
  refusal,
  sendAnswer,
  textOf,
} from '../answer.ts';
import { NO_REQUEST } from '../draw.ts';
import type { Recogniser, TimedEar } from '../ear.ts';
import { mishearingOf } from '../mishearing.ts';
import type { Profile } from '../profile.ts';
import { RecordedEar } from '../recorded-ear.ts';
import { ScriptedEar } from '../scripted-ear.ts';
import { Service } from '../service.ts';
import { SpeechPress, sharedPress } from '../speech.ts';
import type { UpgradeAnswer, Vendor, VendorExchange, VendorRequest, VendorWorld } from '../vendor.ts';
import {
  denialAnswer,
  type ElevenLabsError,
  errorAnswer,
  errorOfStatus,
  invalid,
  notFound,
  textTooLong,
} from './error.ts';
import { MultiContext } from './multi-context.ts';
import { readScribe, type ScribeSettings } from './scribe-query.ts';
import { ScribeSocket, errorOfStatus as scribeError, turnedAway } from './scribe-socket.ts';
import { SingleContext } from './single-context.ts';
import { SpeechExchange } from './speech-exchange.ts';
import { readStreamSettings } from './stream-settings.ts';
import { type Line, StreamSocket } from './stream-socket.ts';

export type ElevenLabsOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
  readonly interning?: boolean;
  /** Who speaks; the synthetic voice when absent. */
  readonly press?: SpeechPress;
  /** Recordings that Scribe recognises. Without, `lines` are read in order, one per commit with sound. */
  readonly recogniser?: Recogniser;
  readonly lines?: readonly string[];
};

type SpeechJob = {
  /** Undefined when the body is no JSON object. */
  readonly body: JsonObject | undefined;
  readonly text: string;
  readonly voice: string;
  readonly timestamps: boolean;
};

const VOICES = [
  ['21m00Tcm4TlvDq8ikWAM', 'Rachel'],
  ['EXAVITQu4vr4xnSDxMaL', 'Sarah'],
  ['JBFqnCBsd6RMkjVDRZzb', 'George'],
] as const;
const SCRIBE_PATH = '/v1/speech-to-text/realtime';
const SOCKET_PATH = /^\/v1\/text-to-speech\/([^/]+)\/(stream-input|multi-stream-input)$/;
const SPEECH_PATH = /^\/v1\/text-to-speech\/([^/]+)\/stream(\/with-timestamps)?$/;
const TEXT_CHARS_MAX = 40_000;

export class ElevenLabsEmulator implements Vendor {
  readonly name = 'elevenlabs';
  readonly #options: ElevenLabsOptions;
  readonly #service: Service;
  readonly #stt: Service;
  readonly #press: SpeechPress;
  readonly #interning: boolean;
  readonly #keys: ReadonlySet<string> | undefined;
  #line = 0;

  constructor(options: ElevenLabsOptions) {
    this.#options = options;
    this.#service = new Service(options.world, options.profile, 'tts');
    this.#stt = new Service(options.world, options.profile, 'stt');
    this.#interning = options.interning ?? true;
    this.#press = options.press ?? (this.#interning ? sharedPress : new SpeechPress(false));
    this.#keys = options.keys;
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
    if (request.path === SCRIBE_PATH) return this.#listen(request);
    const service = this.#service;
    const [, voice = '', endpoint = ''] = SOCKET_PATH.exec(request.path) ?? [];
    const denial = service.desk.atDoor();
    if (denial?.kind === 'refused') return { kind: 'drop' };
    const afterUs = service.draws.latency('tts.connect', NO_REQUEST);
    if (denial !== undefined) return refusal(denialAnswer(denial), afterUs);
    if (endpoint === '') return refusal(errorAnswer(notFound(request.path)), afterUs);
    const key = this.#keyOf(request);
    if (key !== '' && !this.#isKey(key)) return refusal(errorAnswer(errorOfStatus(401)), afterUs);
    const read = readStreamSettings(voice, request.query, request.query.get('model_id') ?? undefined);
    if (!read.ok) return refusal(errorAnswer(read.error), afterUs);
    const endpointOf = (line: Line) =>
      endpoint === 'stream-input' ? new SingleContext(line) : new MultiContext(line);
    // A handshake without a key may bring it in the first message.
    const isKey = key === '' ? (late: string) => this.#isKey(late) : undefined;
    const tools = { service, press: this.#press, interning: this.#interning, isKey };
    return {
      kind: 'accept',
      afterUs,
      open: (socket) => new StreamSocket(socket, tools, read.settings, endpointOf),
    };
  }

  /** Whoever is not refused is let in, and told afterwards what is wrong with the key or the address. */
  #listen(request: VendorRequest): UpgradeAnswer {
    const service = this.#stt;
    const denial = service.desk.atDoor();
    if (denial?.kind === 'refused') return { kind: 'drop' };
    const afterUs = service.draws.latency('stt.connect', NO_REQUEST);
    if (denial !== undefined) return refusal(denialAnswer(denial), afterUs);
    const key = request.headers['xi-api-key'] ?? request.query.get('token') ?? '';
    const query = readScribe(request.query);
    const problem = !this.#isKey(key)
      ? scribeError(401)
      : query.ok
        ? undefined
        : (['invalid_request', query.message] as const);
    return {
      kind: 'accept',
      afterUs,
      open: (socket) => {
        if (problem !== undefined || !query.ok) return turnedAway(socket, problem ?? scribeError(500));
        return new ScribeSocket(service, socket, this.#ear(query.settings), query.settings);
      },
    };
  }

  #ear({ sampleRate, linear }: ScribeSettings): TimedEar {
    const { recogniser, world } = this.#options;
    if (recogniser !== undefined && linear) {
      return new RecordedEar(recogniser, mishearingOf(world, this.#stt.draws));
    }
    const nextLine = (): string => {
      const lines = this.#options.lines ?? [];
      this.#line += 1;
      return lines.length === 0 ? '' : (lines[(this.#line - 1) % lines.length] ?? '');
    };
    return new ScriptedEar(nextLine, sampleRate * (linear ? 2 : 1), linear);
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    // Faults strike speech; a list must not use them up.
    const body = request.method === 'POST' ? bodyOf(request) : undefined;
    const text = textOf(body?.['text']) ?? '';
    const denial = request.method === 'POST' ? this.#service.desk.atDoor(text) : undefined;
    if (denial?.kind === 'refused') return exchange.destroy();
    if (denial !== undefined) return this.#later(exchange, denialAnswer(denial), text);
    if (!this.#isKey(this.#keyOf(request))) return this.#refuse(exchange, errorOfStatus(401));
    const speech = SPEECH_PATH.exec(request.path);
    if (request.method === 'POST' && speech !== null) {
      const timestamps = speech[2] !== undefined;
      return this.#speak(request, exchange, { body, text, voice: speech[1] ?? '', timestamps });
    }
    if (request.method === 'GET' && request.path === '/v1/voices') {
      const voices = VOICES.map(([voice_id, name]) => ({ voice_id, name, category: 'premade', labels: {} }));
      return this.#later(exchange, jsonAnswer(200, { voices }));
    }
    this.#refuse(exchange, notFound(request.path));
  }

  #speak(request: VendorRequest, exchange: VendorExchange, job: SpeechJob): void {
    const { body, text, voice, timestamps } = job;
    if (body === undefined || text.trim() === '') {
      return this.#refuse(exchange, { ...invalid('text is required.'), http: 422 });
    }
    if (text.length > TEXT_CHARS_MAX) return this.#refuse(exchange, textTooLong);
    const read = readStreamSettings(voice, request.query, textOf(body['model_id']));
    if (!read.ok) return this.#refuse(exchange, read.error);
    const service = this.#service;
    const number = service.newRequest();
    service.note({ what: 'received', request: number, detail: 'text' });
    const plan = service.desk.inAnswer(false, text);
    const speech = this.#press.press(text, read.settings.format);
    new SpeechExchange(service, exchange, { request: number, plan, timestamps, speech });
  }

  #refuse(exchange: VendorExchange, error: ElevenLabsError): void {
    this.#later(exchange, errorAnswer(error));
  }

  #later(exchange: VendorExchange, answer: PlainAnswer, key = ''): void {
    const delay = this.#service.draws.latency('tts.connect', NO_REQUEST, key);
    this.#service.after(delay, () => sendAnswer(exchange, answer), undefined);
  }

  #isKey(key: string): boolean {
    return key !== '' && (this.#keys?.has(key) ?? true);
  }

  #keyOf(request: VendorRequest): string {
    const { headers, query } = request;
    const bearer = query.get('authorization')?.replace(/^Bearer\s+/i, '');
    return headers['xi-api-key'] ?? bearer ?? query.get('single_use_token') ?? '';
  }
}

function bodyOf({ body }: VendorRequest): JsonObject | undefined {
  return parseObject(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
}
