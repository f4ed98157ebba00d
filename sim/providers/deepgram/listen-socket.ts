// One connection to Nova-3 (`GET /v1/listen`): binary audio and `KeepAlive`, `Finalize` and `CloseStream` in;
// results out, interim ones every half second of audio, final ones at an endpoint, on request, or when there
// is much to settle. A `Finalize` with next to no audio behind it is not answered, as documented.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { parseObject } from '../answer.ts';
import type { Segment, TimedEar } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import { TurnEar } from '../turn-ear.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { CLOSES } from './error.ts';
import type { ListenSettings } from './query.ts';

const INTERIM_EVERY_S = 0.5;
/** What is unsettled for so long is settled without an endpoint. */
const SETTLE_AFTER_S = 5;
/** Less audio than this is not enough for an answer to `Finalize` (inferred). */
const FINALIZE_MIN_S = 0.1;
const IDLE_US: Micros = seconds(10);

type Why = 'endpoint' | 'length' | 'finalize' | 'close';

type Pending = {
  readonly request: number;
  readonly startS: number;
  readonly segment: Segment;
  readonly why: Why;
  readonly plan: AnswerPlan;
};

type Interim = { readonly owner: ListenSocket; readonly message: string; readonly epoch: number };

export class ListenSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: TurnEar;
  readonly #settings: ListenSettings;
  readonly #id: string;
  readonly #pending: Pending[] = [];
  #lastDue: Micros = 0;
  #lastActivity: Micros;
  #idleTimer: Timer;
  #settledS = 0;
  #interimAtS = 0;
  #epoch = 0;
  #speaking = false;
  #utteranceOpen = false;
  #isOpen = true;

  constructor(service: Service, socket: VendorSocket, ear: TimedEar, settings: ListenSettings) {
    this.#service = service;
    this.#socket = socket;
    this.#ear = new TurnEar(ear);
    this.#settings = settings;
    this.#id = service.newId();
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(IDLE_US, ListenSocket.#checkIdle, this);
    service.note({ what: 'connected' });
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    if (typeof data !== 'string') {
      this.#lastActivity = this.#service.now();
      return data.length === 0 ? this.#settle('close') : this.#hear(data);
    }
    switch (parseObject(data)?.['type']) {
      case 'KeepAlive':
        // Alone it is not enough: a connection needs some audio first.
        if (this.#ear.seconds > 0) this.#lastActivity = this.#service.now();
        return;
      case 'Finalize':
        this.#lastActivity = this.#service.now();
        return this.#settle('finalize');
      case 'CloseStream':
        return this.#settle('close');
      default:
        this.#close(...CLOSES.badData);
    }
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#service.cancel(this.#idleTimer);
    for (const { request } of this.#pending.splice(0)) this.#service.note({ what: 'cancelled', request });
    this.#service.note({ what: 'disconnected', code });
  }

  #hear(pcm: Uint8Array): void {
    const { endpointingS, utteranceEndS, vadEvents, interims } = this.#settings;
    if (this.#ear.push(pcm)) {
      if (vadEvents && !this.#speaking) {
        this.#say({ type: 'SpeechStarted', channel: [0, 1], timestamp: round(this.#ear.lastWordS) });
      }
      this.#speaking = this.#utteranceOpen = true;
    }
    const silenceS = this.#ear.silenceS;
    if (this.#speaking && endpointingS !== undefined && silenceS >= endpointingS) this.#settle('endpoint');
    else if (this.#ear.soFar.length > 0 && this.#ear.seconds - this.#settledS >= SETTLE_AFTER_S) {
      this.#settle('length');
    } else if (interims && this.#ear.seconds - this.#interimAtS >= INTERIM_EVERY_S) this.#interim();
    if (this.#utteranceOpen && utteranceEndS !== undefined && silenceS >= utteranceEndS) {
      this.#utteranceOpen = false;
      this.#say({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: round(this.#ear.lastWordS) });
    }
  }

  #interim(): void {
    this.#interimAtS = this.#ear.seconds;
    const words = this.#ear.soFar;
    if (words.length === 0) return;
    const text = words.join(' ');
    const message = JSON.stringify(
      this.#results(text, [], { startS: this.#settledS, untilS: this.#ear.seconds }),
    );
    const latencyMs = this.#service.draws.value('stt.interim', text);
    const interim: Interim = { owner: this, message, epoch: this.#epoch };
    this.#service.after(latencyMs * 1_000, ListenSocket.#sendInterim, interim);
  }

  static readonly #sendInterim = ({ owner, message, epoch }: Interim): void => {
    if (owner.#isOpen && epoch === owner.#epoch) owner.#socket.send(message);
  };

  #settle(why: Why): void {
    const service = this.#service;
    const asked = why === 'finalize' || why === 'close';
    const enough = this.#ear.seconds - this.#settledS >= FINALIZE_MIN_S;
    if (why === 'finalize' && !enough) {
      const request = service.newRequest();
      service.note({ what: 'received', request, detail: why });
      return service.note({ what: 'done', request, detail: 'too little audio' });
    }
    this.#epoch += 1;
    this.#speaking = false;
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: why });
    const plan = service.desk.inAnswer(true, this.#ear.soFar.join(' '));
    if (plan.denial !== undefined) return this.#close(...CLOSES.internal);
    const startS = this.#settledS;
    const segment = this.#ear.settle();
    this.#settledS = this.#interimAtS = this.#ear.seconds;
    const spoken = segment.words.map(({ text }) => text).join(' ');
    const drawn = asked ? service.draws.latency('stt.final', request, spoken) : 0;
    const passed = asked ? this.#sinceSpeech(segment) : 0;
    // A final is one message: there is no middle of it to stand still in.
    if (plan.stallMidUs > 0) service.desk.fired('stall_mid');
    const stall = plan.stallBeforeUs + plan.stallMidUs;
    const latency = Math.max(0, Math.round(drawn * plan.slow) - passed) + stall;
    if (!Number.isFinite(latency)) return;
    // Answers keep the order of their requests.
    this.#lastDue = Math.max(this.#lastDue, service.now() + latency);
    this.#pending.push({ request, startS, segment, why, plan });
    service.after(this.#lastDue - service.now(), ListenSocket.#deliver, this);
  }

  /** How much of the time to the final has passed already, where it counts from the end of speech. */
  #sinceSpeech({ words }: Segment): Micros {
    const last = words.at(-1);
    if (last === undefined || !this.#service.finalFromSpeechEnd) return 0;
    return Math.round((this.#ear.seconds - last.endS) * 1_000_000);
  }

  static readonly #deliver = (owner: ListenSocket): void => {
    const pending = owner.#pending.shift();
    if (pending !== undefined && owner.#isOpen) owner.#answer(pending);
  };

  #answer(pending: Pending): void {
    const { plan, request, why } = pending;
    const { desk } = this.#service;
    if (plan.broken !== undefined) {
      desk.fired(plan.broken);
      return this.#break(plan.broken);
    }
    this.#final(pending);
    if (plan.twice) {
      desk.fired('duplicate_final');
      this.#final(pending);
    }
    this.#service.note({ what: 'done', request, detail: `audio:${this.#ear.seconds.toFixed(3)}` });
    if (why === 'close') this.#finish();
  }

  #final({ request, startS, segment, why }: Pending): void {
    const words = segment.words.map(({ text, startS: start, endS: end }) => ({
      word: text.toLowerCase().replaceAll(/[^\p{L}\p{N}' ]/gu, ''),
      start: round(start),
      end: round(end),
      confidence: 0.99,
      punctuated_word: text,
    }));
    const text = segment.words.map((word) => word.text).join(' ');
    const span = { startS, untilS: startS + segment.durationS };
    const results = this.#results(text, words, span);
    const flags = {
      is_final: true,
      speech_final: why === 'endpoint',
      from_finalize: why === 'finalize',
    };
    this.#say({ ...results, ...flags });
    this.#service.note({ what: 'sent', request, detail: 'final' });
    const { lost, misheard } = segment;
    this.#service.note({ what: 'heard', request, text, lost, misheard });
  }

  #results(
    text: string,
    words: readonly object[],
    { startS, untilS }: { readonly startS: number; readonly untilS: number },
  ): object {
    return {
      type: 'Results',
      channel_index: [0, 1],
      start: round(startS),
      duration: round(untilS - startS),
      is_final: false,
      speech_final: false,
      from_finalize: false,
      channel: { alternatives: [{ transcript: text, confidence: text === '' ? 0 : 0.99, words }] },
      metadata: {
        request_id: this.#id,
        model_uuid: this.#id,
        model_info: { name: 'general-nova-3', version: 'emulated', arch: 'nova-3' },
      },
    };
  }

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    if (how === 'malformed') return this.#socket.send('{"type":"Results","is_fin');
    if (how === 'error_mid') return this.#close(...CLOSES.internal);
    this.#socket.destroy();
    this.closed(1006);
  }

  #finish(): void {
    this.#say({
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id: this.#id,
      sha256: '',
      created: '2026-11-22T00:00:00.000Z',
      duration: round(this.#ear.seconds),
      channels: 1,
    });
    this.#close(1000, '');
  }

  #say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #checkIdle = (owner: ListenSocket): void => {
    if (!owner.#isOpen) return;
    const rest = owner.#lastActivity + IDLE_US - owner.#service.now();
    if (rest <= 0) owner.#close(...CLOSES.clientSilent);
    else owner.#idleTimer = owner.#service.after(rest, ListenSocket.#checkIdle, owner);
  };
}

const round = (s: number): number => Number(s.toFixed(3));
