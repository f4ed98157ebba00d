// AssemblyAI, emulated from its documents: Universal-Streaming and its successors on `/v3/ws`. It hears only
// the audio that arrived. Whoever asks is let in and told afterwards what is wrong with the key or the
// address. Temporary tokens, batch transcription and the voice agent are not emulated and answer 404.
import { refusal, sendAnswer } from '../answer.ts';
import { NO_REQUEST } from '../draw.ts';
import type { Recogniser, TimedEar } from '../ear.ts';
import { mishearingOf } from '../mishearing.ts';
import type { Profile } from '../profile.ts';
import { RecordedEar } from '../recorded-ear.ts';
import { ScriptedEar } from '../scripted-ear.ts';
import { Service } from '../service.ts';
import type {
  UpgradeAnswer,
  Vendor,
  VendorExchange,
  VendorRequest,
  VendorSocket,
  VendorSocketHandler,
  VendorWorld,
} from '../vendor.ts';
import { type AssemblyAiError, badRequest, errorFrame, errorOfStatus, httpError } from './error.ts';
import { readStream, type StreamSettings } from './query.ts';
import { StreamSocket } from './stream-socket.ts';

export type AssemblyAiOptions = {
  readonly world: VendorWorld;
  readonly profile: Profile;
  /** Recordings it recognises. Without, `lines` are read in order, one per turn with sound. */
  readonly recogniser?: Recogniser;
  readonly lines?: readonly string[];
  /** Valid keys; any key that is not empty when absent. */
  readonly keys?: ReadonlySet<string>;
};

export class AssemblyAiEmulator implements Vendor {
  readonly name = 'assemblyai';
  readonly #options: AssemblyAiOptions;
  readonly #service: Service;
  #line = 0;

  constructor(options: AssemblyAiOptions) {
    this.#options = options;
    this.#service = new Service(options.world, options.profile, 'stt');
  }

  upgrade(request: VendorRequest): UpgradeAnswer {
    const service = this.#service;
    const denial = service.desk.atDoor();
    if (denial?.kind === 'refused') return { kind: 'drop' };
    const afterUs = service.draws.latency('stt.connect', NO_REQUEST);
    if (request.path !== '/v3/ws') return refusal(httpError(404, 'Not found.'), afterUs);
    if (denial !== undefined && denial.status >= 500) {
      return refusal(httpError(denial.status, 'Service unavailable.'), afterUs);
    }
    const late = (error: AssemblyAiError): UpgradeAnswer => ({
      kind: 'accept',
      afterUs,
      open: (socket) => turnedAway(socket, error),
    });
    if (denial !== undefined) return late(errorOfStatus(denial.status));
    const key = request.headers['authorization'] ?? request.query.get('token') ?? '';
    // A scheme before the key makes it another key.
    const { keys } = this.#options;
    if (!/^\S+$/.test(key) || (keys !== undefined && !keys.has(key))) return late(errorOfStatus(401));
    const query = readStream(request.query);
    if (!query.ok) return late(badRequest(query.message));
    return {
      kind: 'accept',
      afterUs,
      open: (socket) => new StreamSocket(service, socket, this.#ear(query.settings), query.settings),
    };
  }

  exchange(_request: VendorRequest, exchange: VendorExchange): void {
    sendAnswer(exchange, httpError(404, 'Not found.'));
  }

  #ear({ encoding, sampleRate }: StreamSettings): TimedEar {
    const { recogniser, world } = this.#options;
    const linear = encoding === 'pcm_s16le';
    if (recogniser !== undefined && linear) {
      return new RecordedEar(recogniser, mishearingOf(world, this.#service.draws));
    }
    const nextLine = (): string => {
      const lines = this.#options.lines ?? [];
      this.#line += 1;
      return lines.length === 0 ? '' : (lines[(this.#line - 1) % lines.length] ?? '');
    };
    return new ScriptedEar(nextLine, sampleRate * (linear ? 2 : 1), linear);
  }
}

/** Let in, told why not, and shown out. */
function turnedAway(socket: VendorSocket, error: AssemblyAiError): VendorSocketHandler {
  socket.send(errorFrame(error));
  socket.close(error.code, error.message.slice(0, 100));
  return { message: () => {}, closed: () => {} };
}
