// Deepgram, emulated from its documents: Nova-3 on `/v1/listen`, Flux on `/v2/listen` and Aura on
// `/v1/speak`, all on WebSockets. It hears only the audio that arrived and speaks only the text it was
// given. Batch transcription, the HTTP voice and the voice agent are not emulated and answer 404.
import { refusal, sendAnswer } from '../answer.ts';
import { NO_REQUEST } from '../draw.ts';
import type { Recogniser, TimedEar } from '../ear.ts';
import { mishearingOf } from '../mishearing.ts';
import type { Profile } from '../profile.ts';
import { RecordedEar } from '../recorded-ear.ts';
import { ScriptedEar } from '../scripted-ear.ts';
import { Service } from '../service.ts';
import { SpeechPress, sharedPress } from '../speech.ts';
import type { UpgradeAnswer, Vendor, VendorExchange, VendorRequest, VendorWorld } from '../vendor.ts';
import { badRequest, type DeepgramError, denialAnswer, errorAnswer, errorOfStatus } from './error.ts';
import { FluxSocket } from './flux-socket.ts';
import { ListenSocket } from './listen-socket.ts';
import { type Query, readFlux, readListen, readSpeak } from './query.ts';
import { SpeakSocket } from './speak-socket.ts';

export type DeepgramOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  /** Recordings it recognises. Without, `lines` are read in order, one per transcript with sound. */
  readonly recogniser?: Recogniser;
  readonly lines?: readonly string[];
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
  /** Flux takes `ForceEndTurn`, which the vendor enables for some. */
  readonly mayForce?: boolean;
  readonly interning?: boolean;
};

export class DeepgramEmulator implements Vendor {
  readonly name = 'deepgram';
  readonly #options: DeepgramOptions;
  readonly #stt: Service;
  readonly #tts: Service;
  readonly #press: SpeechPress;
  #line = 0;

  constructor(options: DeepgramOptions) {
    this.#options = options;
    this.#stt = new Service(options.world, options.profile, 'stt');
    this.#tts = new Service(options.world, options.profile, 'tts');
    this.#press = options.interning === false ? new SpeechPress(false) : sharedPress;
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
    const { query } = request;
    switch (request.path) {
      case '/v1/listen':
        return this.#enter(request, this.#stt, 'stt.connect', readListen(query), (settings, socket) => {
          return new ListenSocket(this.#stt, socket, this.#ear(settings), settings);
        });
      case '/v2/listen':
        return this.#enter(request, this.#stt, 'stt.connect', readFlux(query), (settings, socket) => {
          const mayForce = this.#options.mayForce ?? false;
          return new FluxSocket({ service: this.#stt, ear: this.#ear(settings), mayForce }, socket, settings);
        });
      case '/v1/speak':
        return this.#enter(request, this.#tts, 'tts.connect', readSpeak(query), (settings, socket) => {
          return new SpeakSocket(this.#tts, socket, this.#press, settings);
        });
      default:
        return refusal(errorAnswer(notFound(request.path), this.#stt.newId()), 0);
    }
  }

  exchange(request: VendorRequest, exchange: VendorExchange): void {
    sendAnswer(exchange, errorAnswer(notFound(request.path), this.#stt.newId()));
  }

  #enter<S>(
    request: VendorRequest,
    service: Service,
    stage: 'stt.connect' | 'tts.connect',
    query: Query<S>,
    open: (
      settings: S,
      ...socket: Parameters<(UpgradeAnswer & { kind: 'accept' })['open']>
    ) => ReturnType<(UpgradeAnswer & { kind: 'accept' })['open']>,
  ): UpgradeAnswer {
    const denial = service.desk.atDoor();
    if (denial?.kind === 'refused') return { kind: 'drop' };
    const afterUs = service.draws.latency(stage, NO_REQUEST);
    if (denial !== undefined) return refusal(denialAnswer(denial, service.newId()), afterUs);
    const key = keyOf(request);
    const { keys } = this.#options;
    if (key === '' || (keys !== undefined && !keys.has(key))) {
      return refusal(errorAnswer(errorOfStatus(401), service.newId()), afterUs);
    }
    if (!query.ok) return refusal(errorAnswer(badRequest(query.message), service.newId()), afterUs);
    return { kind: 'accept', afterUs, open: (socket) => open(query.settings, socket) };
  }

  #ear({ encoding, sampleRate }: { readonly encoding: string; readonly sampleRate: number }): TimedEar {
    const { recogniser, world } = this.#options;
    const linear = encoding === 'linear16';
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
}

/** `Token <key>`, a short-lived `Bearer <jwt>`, or a browser's subprotocols `token, <key>`. */
function keyOf({ headers }: VendorRequest): string {
  const header = /^(?:Token|Bearer)\s+(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
  return header ?? (protocols[0] === 'token' ? (protocols[1] ?? '') : '');
}

const notFound = (path: string): DeepgramError => ({
  status: 404,
  code: 'NOT_FOUND',
  message: `Nothing is served at ${path.slice(0, 100)}.`,
});
