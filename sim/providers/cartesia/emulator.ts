// Cartesia, emulated from its documents: both recognisers (Ink), the manual and the turn detecting one, and
// the voice (Sonic) on their WebSockets. It hears only the audio that arrived and speaks only the text it was
// given. Batch transcription and the HTTP voice are not emulated and answer 404.
import { type Micros, seconds } from '#agent/core/time.ts';
import { jsonAnswer, refusal, sendAnswer } from '../answer.ts';
import { NO_REQUEST } from '../draw.ts';
import type { Ear, Recogniser, TimedEar } from '../ear.ts';
import { mishearingOf } from '../mishearing.ts';
import type { Profile } from '../profile.ts';
import { RecordedEar } from '../recorded-ear.ts';
import { ScriptedEar } from '../scripted-ear.ts';
import { Service } from '../service.ts';
import { SpeechPress, sharedPress } from '../speech.ts';
import type {
  UpgradeAnswer,
  Vendor,
  VendorExchange,
  VendorRequest,
  VendorSocket,
  VendorSocketHandler,
  VendorWorld,
} from '../vendor.ts';
import { admit } from './admission.ts';
import { badRequest, type CartesiaError, denialAnswer, errorAnswer, invalidModel } from './error.ts';
import { SttSocket } from './stt-socket.ts';
import { TtsSocket } from './tts-socket.ts';
import { readTurns, USUAL_TURNS } from './turns-query.ts';
import { TurnsSocket } from './turns-socket.ts';
import { voicesPage } from './voice-list.ts';

export type CartesiaOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  /** Recordings it recognises. Without, `lines` are read in order, one per `finalize` with sound. */
  readonly recogniser?: Recogniser;
  readonly lines?: readonly string[];
  /** Makes the ear of a connection instead of either; `rate` in samples per second, s16le. */
  ear?(rate: number): Ear;
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
  /** Silence of the client after which a connection is closed. Not settled by the documents. */
  readonly sttIdleUs?: Micros;
  readonly ttsIdleUs?: Micros;
  readonly flushDoneFirst?: boolean;
  readonly interning?: boolean;
};

const TURNS = '/stt/turns/websocket';
const TURN_MODELS = /^ink-2(-\d{4}-\d{2}-\d{2})?$/;
const STT_MODELS = /^ink-(2|whisper)(-\d{4}-\d{2}-\d{2})?$/;
const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = {
  pcm_s16le: 2,
  pcm_s32le: 4,
  pcm_f16le: 2,
  pcm_f32le: 4,
  pcm_mulaw: 1,
  pcm_alaw: 1,
};

export class CartesiaEmulator implements Vendor {
  readonly name = 'cartesia';
  readonly #options: CartesiaOptions;
  readonly #stt: Service;
  readonly #tts: Service;
  readonly #press: SpeechPress;
  #line = 0;

  constructor(options: CartesiaOptions) {
    this.#options = options;
    this.#stt = new Service(options.world, options.profile, 'stt');
    this.#tts = new Service(options.world, options.profile, 'tts');
    this.#press = options.interning === false ? new SpeechPress(false) : sharedPress;
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
    if (request.path === '/stt/websocket' || request.path === TURNS)
      return this.#enter(request, this.#stt, 'stt.connect');
    if (request.path === '/tts/websocket') return this.#enter(request, this.#tts, 'tts.connect');
    return refusal(errorAnswer(notFound(request.path), undefined, this.#stt.newId()), 0);
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    if (request.method === 'GET' && request.path === '/') {
      return sendAnswer(exchange, jsonAnswer(200, { ok: true, version: '2026-08-14' }));
    }
    const admission = admit(request, this.#options.keys);
    if (request.method === 'GET' && request.path === '/voices' && admission.ok) {
      return sendAnswer(exchange, jsonAnswer(200, voicesPage(request.query)));
    }
    const error = admission.ok ? notFound(request.path) : admission.error;
    sendAnswer(exchange, errorAnswer(error, admission.version, this.#stt.newId()));
  }

  #enter(request: VendorRequest, service: Service, stage: 'stt.connect' | 'tts.connect'): UpgradeAnswer {
    const denial = service.desk.atDoor();
    if (denial?.kind === 'refused') return { kind: 'drop' };
    const afterUs = service.draws.latency(stage, NO_REQUEST);
    const admission = admit(request, this.#options.keys);
    if (denial !== undefined) {
      return refusal(denialAnswer(denial, admission.version, service.newId()), afterUs);
    }
    if (!admission.ok) {
      return refusal(errorAnswer(admission.error, admission.version, service.newId()), afterUs);
    }
    if (stage === 'tts.connect') {
      const idleUs = this.#options.ttsIdleUs ?? seconds(300);
      return {
        kind: 'accept',
        afterUs,
        open: (socket) => new TtsSocket(service, socket, this.#press, idleUs),
      };
    }
    const complaint = sttComplaint(request.query);
    if (complaint !== undefined) {
      return refusal(errorAnswer(complaint, admission.version, service.newId()), afterUs);
    }
    const open = (socket: VendorSocket): VendorSocketHandler =>
      request.path === TURNS ? this.#openTurns(request.query, socket) : this.#openStt(request.query, socket);
    return { kind: 'accept', afterUs, open };
  }

  #openTurns(query: URLSearchParams, socket: VendorSocket): TurnsSocket {
    const model = query.get('model') ?? '';
    const idleUs = this.#options.sttIdleUs ?? seconds(180);
    const tools = { service: this.#stt, ear: this.#timedEar(query), idleUs };
    const read = readTurns(query);
    const handler = new TurnsSocket(tools, socket, read.ok ? read.settings : USUAL_TURNS);
    if (!read.ok) handler.reject(badRequest(read.message));
    else if (!TURN_MODELS.test(model)) handler.reject(invalidModel(model));
    return handler;
  }

  #openStt(query: URLSearchParams, socket: VendorSocket): SttSocket {
    const model = query.get('model') ?? '';
    const handler = new SttSocket(this.#stt, socket, this.#ear(query), {
      idleUs: this.#options.sttIdleUs ?? seconds(180),
      interims: model.startsWith('ink-whisper'),
      flushDoneFirst: this.#options.flushDoneFirst ?? false,
      language: /^[a-z]{2}$/.test(query.get('language') ?? '') ? (query.get('language') ?? 'en') : 'en',
    });
    // The model is checked behind the handshake: the complaint is an event.
    if (!STT_MODELS.test(model)) handler.reject(invalidModel(model));
    return handler;
  }

  #ear(query: URLSearchParams): Ear {
    return this.#options.ear?.(Number(query.get('sample_rate'))) ?? this.#timedEar(query);
  }

  #timedEar(query: URLSearchParams): TimedEar {
    const [encoding, rate] = [query.get('encoding') ?? '', Number(query.get('sample_rate'))];
    const { recogniser, world } = this.#options;
    if (recogniser !== undefined) return new RecordedEar(recogniser, mishearingOf(world, this.#stt.draws));
    const nextLine = (): string => {
      const lines = this.#options.lines ?? [];
      this.#line += 1;
      return lines.length === 0 ? '' : (lines[(this.#line - 1) % lines.length] ?? '');
    };
    return new ScriptedEar(nextLine, rate * (BYTES_PER_SAMPLE[encoding] ?? 2), encoding === 'pcm_s16le');
  }
}

function sttComplaint(query: URLSearchParams): CartesiaError | undefined {
  if (query.get('model') === null) return badRequest('model is required.');
  if (BYTES_PER_SAMPLE[query.get('encoding') ?? ''] === undefined) {
    return badRequest(`encoding must be one of ${Object.keys(BYTES_PER_SAMPLE).join(', ')}.`);
  }
  const rate = Number(query.get('sample_rate'));
  if (!Number.isInteger(rate) || rate < 8_000 || rate > 48_000)
    return badRequest('sample_rate must be in Hz.');
  const keyterms = query.getAll('keyterm');
  if (keyterms.length > 100 || keyterms.join('').length > 1_200) return badRequest('Too many keyterms.');
  return undefined;
}

const notFound = (path: string): CartesiaError => ({
  status: 404,
  code: 'not_found',
  title: 'Not found',
  message: `Nothing is served at ${path.slice(0, 100)}.`,
});
