// ElevenLabs' speech, emulated from the documents: both text-streaming WebSockets, streamed speech over
// HTTP with and without timings, and the voice list. It speaks exactly the text it was given, in a
// synthetic voice. Scribe, dialogue and agents are not emulated and answer 404.
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
import type { Profile } from '../profile.ts';
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
const SOCKET_PATH = /^\/v1\/text-to-speech\/([^/]+)\/(stream-input|multi-stream-input)$/;
const SPEECH_PATH = /^\/v1\/text-to-speech\/([^/]+)\/stream(\/with-timestamps)?$/;
const TEXT_CHARS_MAX = 40_000;

export class ElevenLabsEmulator implements Vendor {
  readonly name = 'elevenlabs';
  readonly #service: Service;
  readonly #press: SpeechPress;
  readonly #interning: boolean;
  readonly #keys: ReadonlySet<string> | undefined;

  constructor(options: ElevenLabsOptions) {
    this.#service = new Service(options.world, options.profile, 'tts');
    this.#interning = options.interning ?? true;
    this.#press = options.press ?? (this.#interning ? sharedPress : new SpeechPress(false));
    this.#keys = options.keys;
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
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
