// Serves one unmodified Pipecat JavaScript client: protobuf frames around RTVI messages and PCM, over
// a WebSocket; our own client may have its audio coded (`coded-voice.ts`). Bytes that break the protocol
// end this session with a sentence that says what was wrong and what is expected; a bad RTVI message
// inside a good frame is only answered.
// Sources: @pipecat-ai/websocket-transport 1.7.1, @pipecat-ai/client-js 1.13.1.
import type { ClientFactory, ClientHooks, ClientSession } from '../../core/client.ts';
import type { Frame } from '../../core/frame.ts';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, ms } from '../../core/time.ts';
import type { MakeCodec } from '../../media/codec/codec.ts';
import { LeadEstimator } from '../../media/lead.ts';
import { errorMessage } from '../rtvi/message.ts';
import { type RtviOptions, RtviSession } from '../rtvi/session.ts';
import { BlockChunker } from './block-chunker.ts';
import { CodedVoice } from './coded-voice.ts';
import { decodeFrame, encodeAudio, encodeMessage, type WireAudio } from './wire.ts';

export type WebsocketClientOptions = RtviOptions & {
  /** PCM rate of the client's player, Hz. The stock default is 24 000; it ignores what frames state. */
  readonly outputRate?: number;
  /** Audio sent ahead of real time, ms, in place of the lead that follows the network. */
  readonly fixedLeadMs?: number;
  /** Codecs that our own client may ask for; none when absent. */
  readonly codecs?: MakeCodec | undefined;
};

/** Sessions for stock clients, which cannot drop audio they have received, and our own, which can. */
export const websocketClient =
  (options: WebsocketClientOptions): ClientFactory =>
  (hooks) =>
    new WebsocketSession(options, hooks);

/** Largest message taken: one JSON text at the clients' own limit, in its frame. */
export const CLIENT_FRAME_BYTES_MAX = LIMITS.clientMessageBytesMax + 64;

/** How our own web client names itself in `client-ready`. */
export const OWN_LIBRARY = 'parley';

class WebsocketSession implements ClientSession {
  readonly outputRate: number;
  readonly #hooks: ClientHooks;
  readonly #rtvi: RtviSession;
  readonly #codecs: MakeCodec | undefined;
  readonly #chunker: BlockChunker;
  /** In place of the chunker once a codec is agreed upon. */
  #coded: CodedVoice | undefined;
  readonly #lead = new LeadEstimator();
  readonly #fixedLeadUs: Micros | undefined;
  #open = true;
  #now: Micros = 0;

  constructor(options: WebsocketClientOptions, hooks: ClientHooks) {
    this.outputRate = options.outputRate ?? 24_000;
    this.#fixedLeadUs = options.fixedLeadMs === undefined ? undefined : ms(options.fixedLeadMs);
    this.#codecs = options.codecs;
    this.#hooks = hooks;
    this.#rtvi = new RtviSession(options, {
      send: (now, json) => hooks.send(now, encodeMessage(json)),
      event: (now, event) => hooks.event(now, event),
      history: () => hooks.history?.() ?? [],
      agree: (codec) => this.#agree(codec),
    });
    this.#chunker = new BlockChunker((pcm) => hooks.send(this.#now, encodeAudio(pcm, this.outputRate)));
  }

  receive(now: Micros, data: string | Uint8Array): void {
    if (!this.#open) return;
    this.#now = now;
    if (typeof data === 'string') return this.#reject(CLOSE.wrongKind, `a text message came; ${EXPECTED}`);
    if (data.length > CLIENT_FRAME_BYTES_MAX) {
      const limit = LIMITS.clientMessageBytesMax;
      return this.#reject(CLOSE.tooBig, `a message of ${data.length} bytes came; at most ${limit} are taken`);
    }
    const decoded = decodeFrame(data);
    if (!decoded.ok)
      return this.#reject(CLOSE.badBytes, `a message is no Frame: ${decoded.reason}; ${EXPECTED}`);
    const frame = decoded.frame;
    if (frame.kind === 'audio') return this.#hear(frame);
    if (frame.kind === 'message') return this.#rtvi.receive(now, frame.data);
    const hint = `frames of kind ${frame.kind} are not taken from a client; send an RTVI message instead`;
    this.#rtvi.tell(now, errorMessage(hint, false));
  }

  /** Our own client drops what it has not played when it hears of an interruption; stock ones cannot. */
  get flushable(): boolean {
    return this.#rtvi.library === OWN_LIBRARY;
  }

  get leadUs(): Micros | undefined {
    return this.#fixedLeadUs ?? this.#lead.leadUs(this.flushable);
  }

  /** Everything comes as messages here. */
  receiveMedia(): void {}

  observe(now: Micros, frame: Frame): void {
    if (!this.#open) return;
    this.#now = now;
    this.#rtvi.observe(now, frame);
  }

  sendAudio(now: Micros, pcm: Uint8Array): void {
    if (!this.#open) return;
    this.#now = now;
    (this.#coded ?? this.#chunker).push(pcm);
  }

  flushAudio(now: Micros): void {
    if (!this.#open) return;
    this.#now = now;
    (this.#coded ?? this.#chunker).flush();
  }

  /** A new connection begins with client-ready, like the first one. */
  back(now: Micros, awayUs: Micros): boolean {
    this.#now = now;
    this.#rtvi.back(awayUs);
    return false;
  }

  tell(now: Micros, data: unknown): void {
    if (this.#open && this.#rtvi.ready) this.#rtvi.tell(now, { type: 'server-message', data });
  }

  /** The stock client calls every close by the server an error, so the reason is told first. */
  close(now: Micros, reason: string): void {
    if (!this.#open) return;
    this.flushAudio(now);
    this.#rtvi.tell(now, { type: 'server-message', data: { type: 'session-ended', reason } });
    this.#end(CLOSE.normal, reason);
  }

  /** Once, and for our own client alone: what a stock client says of its platform changes nothing. */
  #agree(codec: string): boolean {
    if (this.#coded !== undefined) return this.#coded.name === codec;
    if (this.#rtvi.ready || this.#rtvi.library !== OWN_LIBRARY || this.#codecs === undefined) return false;
    const send = (message: Uint8Array): void => this.#hooks.send(this.#now, message);
    this.#coded = CodedVoice.of(codec, this.outputRate, this.#codecs, send);
    return this.#coded !== undefined;
  }

  /** The microphone counts from client-ready on; stock clients send nothing before. */
  #hear(audio: WireAudio): void {
    if (this.#coded !== undefined) return this.#hearCoded(this.#coded, audio);
    const wrong = faultOf(audio);
    if (wrong !== undefined) return this.#reject(CLOSE.badBytes, `${wrong}; expected mono s16le audio`);
    if (this.#rtvi.ready && audio.pcm.length > 0) this.#heard(audio.pcm, audio.sampleRate);
  }

  #hearCoded(coded: CodedVoice, audio: WireAudio): void {
    const decoded = coded.decode(audio);
    if (!decoded.ok)
      return this.#reject(CLOSE.badBytes, `${decoded.reason}; expected audio in ${coded.name}`);
    this.#heard(decoded.pcm, decoded.sampleRate);
  }

  #heard(pcm: Uint8Array, sampleRate: number): void {
    this.#lead.arrived(this.#now, pcm.length >> 1, sampleRate);
    this.#hooks.event(this.#now, { kind: 'audio', pcm, sampleRate });
  }

  #reject(code: number, reason: string): void {
    this.#rtvi.tell(this.#now, errorMessage(reason, true));
    this.#end(code, reason);
    this.#hooks.event(this.#now, { kind: 'rejected', reason });
  }

  #end(code: number, reason: string): void {
    this.#open = false;
    this.#hooks.close(this.#now, code, reason);
  }
}

/** WebSocket close codes, RFC 6455 section 7.4.1. */
const CLOSE = { normal: 1000, wrongKind: 1003, badBytes: 1007, tooBig: 1009 } as const;

const EXPECTED = 'expected binary messages that each hold one protobuf pipecat.Frame';

const SAMPLE_RATE_MIN = 8_000;
const SAMPLE_RATE_MAX = 192_000;

function faultOf({ pcm, sampleRate, channels }: WireAudio): string | undefined {
  if (channels !== 1) return `an audio frame has ${channels} channels`;
  if (pcm.length % 2 !== 0) return `an audio frame has an odd number of bytes (${pcm.length})`;
  if (sampleRate < SAMPLE_RATE_MIN || sampleRate > SAMPLE_RATE_MAX) {
    return `an audio frame states a rate of ${sampleRate} Hz, not ${SAMPLE_RATE_MIN} to ${SAMPLE_RATE_MAX}`;
  }
  return undefined;
}
