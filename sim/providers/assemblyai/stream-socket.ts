// One connection to Universal-Streaming (`GET /v3/ws`): audio in pieces of 50 to 1000 ms and words such as
// `ForceEndpoint` in; turns out, word by word and then to their end, which silence brings, sooner where the
// words sound finished. Its clock is the audio. It is strict about pieces and pace, as documented.
import { type Micros, seconds } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import { parseObject } from '../answer.ts';
import type { Segment, TimedEar } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import { TurnEar } from '../turn-ear.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import {
  type AssemblyAiError,
  badAudio,
  badRequest,
  errorFrame,
  errorOfStatus,
  sessionOver,
} from './error.ts';
import { changed, type StreamSettings } from './query.ts';
import { type TurnText, turnMessage } from './turn-message.ts';

const PIECE_S = { min: 0.05, max: 1 } as const;
/** How far audio may be ahead of the session's age: the documents say not at all (inferred). */
const AHEAD_S = 2;
/** Rounding of a piece. */
const SLACK_S = 0.000_5;
const SESSION_US: Micros = seconds(10_800);
/** Sureness about words that sound finished and about others (inferred: the model is not public). */
const CONFIDENCE = { finished: 0.9, open: 0.2 } as const;

type Why = 'pause' | 'silence' | 'finalize' | 'close';

type Pending = {
  readonly request: number;
  readonly order: number;
  readonly segment: Segment;
  readonly why: Why;
  readonly plan: AnswerPlan;
};

type Partial = { readonly owner: StreamSocket; readonly message: string; readonly order: number };

export class StreamSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: TurnEar;
  readonly #bytesPerS: number;
  readonly #openedAt: Micros;
  readonly #pending: Pending[] = [];
  #settings: StreamSettings;
  #lastDue: Micros = 0;
  #order = 0;
  /** Where in the audio the turn before ended. */
  #turnFromS = 0;
  #lastActivity: Micros;
  #timer: Timer;
  #isOpen = true;

  constructor(service: Service, socket: VendorSocket, ear: TimedEar, settings: StreamSettings) {
    this.#service = service;
    this.#socket = socket;
    this.#ear = new TurnEar(ear);
    this.#settings = settings;
    this.#bytesPerS = settings.sampleRate * (settings.encoding === 'pcm_s16le' ? 2 : 1);
    this.#openedAt = this.#lastActivity = service.now();
    this.#timer = service.after(this.#restUs(), StreamSocket.#checkTime, this);
    service.note({ what: 'connected' });
    const expires = Math.floor((service.now() + SESSION_US) / 1_000_000);
    this.#say({ type: 'Begin', id: service.newId(), expires_at: expires });
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    this.#lastActivity = this.#service.now();
    if (typeof data !== 'string') return this.#hear(data);
    const message = parseObject(data);
    switch (message?.['type']) {
      case 'KeepAlive':
        return;
      case 'ForceEndpoint':
        return this.#inTurn ? this.#end('finalize') : undefined;
      case 'UpdateConfiguration': {
        const update = changed(this.#settings, message ?? {});
        if (!update.ok) return this.#fail(badRequest(update.message));
        this.#settings = update.settings;
        return;
      }
      case 'Terminate':
        return this.#end('close');
      default:
        return this.#fail(badRequest('Invalid message type.'));
    }
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#service.cancel(this.#timer);
    for (const { request } of this.#pending.splice(0)) this.#service.note({ what: 'cancelled', request });
    this.#service.note({ what: 'disconnected', code });
  }

  /** Speech was heard that no end of a turn covers. */
  get #inTurn(): boolean {
    return this.#ear.lastWordS > this.#turnFromS;
  }

  #hear(pcm: Uint8Array): void {
    const spanS = pcm.length / this.#bytesPerS;
    if (spanS < PIECE_S.min - SLACK_S || spanS > PIECE_S.max + SLACK_S) {
      const message = `Input duration violation: ${Math.round(spanS * 1_000)} ms. Expected 50 to 1000 ms.`;
      return this.#fail(badAudio(message));
    }
    const ageS = (this.#service.now() - this.#openedAt) / 1_000_000;
    if (this.#ear.seconds > ageS + AHEAD_S) {
      return this.#fail(badAudio('Audio transmission rate exceeded.'));
    }
    if (this.#ear.push(pcm)) this.#partial();
    if (!this.#inTurn) return;
    const { confidence, minSilenceS, maxSilenceS } = this.#settings;
    const { silenceS } = this.#ear;
    if (silenceS >= minSilenceS && this.#sureness() >= confidence) this.#end('pause');
    else if (silenceS >= maxSilenceS) this.#end('silence');
  }

  #sureness(): number {
    return /[.?!]$/.test(this.#ear.soFar.join(' ')) ? CONFIDENCE.finished : CONFIDENCE.open;
  }

  /** A word was completed: the ones before it will not change, it itself may. Later families keep quiet. */
  #partial(): void {
    if (this.#settings.format === 'at once') return;
    const words = this.#ear.soFar.map((text) => ({
      text,
      startS: this.#turnFromS,
      endS: this.#ear.lastWordS,
    }));
    const message = this.#turn({ words, finals: words.length - 1, ended: false, formatted: false });
    const latencyMs = this.#service.draws.value('stt.interim', this.#ear.soFar.join(' '));
    const partial: Partial = { owner: this, message, order: this.#order };
    this.#service.after(latencyMs * 1_000, StreamSocket.#sendPartial, partial);
  }

  static readonly #sendPartial = ({ owner, message, order }: Partial): void => {
    if (owner.#isOpen && order === owner.#order) owner.#socket.send(message);
  };

  /** What was said so far is settled; how long that takes counts from here. */
  #end(why: Why): void {
    const service = this.#service;
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: why === 'silence' ? 'pause' : why });
    const plan = service.desk.inAnswer(true, this.#ear.soFar.join(' '));
    if (plan.denial?.kind === 'status') return this.#fail(errorOfStatus(plan.denial.status));
    const segment = this.#ear.settle();
    const order = this.#order;
    this.#order += 1;
    this.#turnFromS = this.#ear.seconds;
    const asked = why === 'finalize' || why === 'close';
    const spoken = segment.words.map(({ text }) => text).join(' ');
    const drawn = asked ? service.draws.latency('stt.final', request, spoken) : 0;
    const passed = asked ? this.#sinceSpeech(segment) : 0;
    // Only an end that comes twice has a middle to stand still in.
    const between = this.#settings.format === 'again';
    if (plan.stallMidUs > 0 && !between) service.desk.fired('stall_mid');
    const stall = plan.stallBeforeUs + (between ? 0 : plan.stallMidUs);
    const latency = Math.max(0, Math.round(drawn * plan.slow) - passed) + stall;
    if (!Number.isFinite(latency)) return;
    // Answers keep the order of their requests.
    this.#lastDue = Math.max(this.#lastDue, service.now() + latency);
    this.#pending.push({ request, order, segment, why, plan });
    service.after(this.#lastDue - service.now(), StreamSocket.#deliver, this);
  }

  /** How much of the time to the final has passed already, where it counts from the end of speech. */
  #sinceSpeech({ words }: Segment): Micros {
    if (words.length === 0 || !this.#service.finalFromSpeechEnd) return 0;
    return Math.round(this.#ear.silenceS * 1_000_000);
  }

  static readonly #deliver = (owner: StreamSocket): void => {
    const pending = owner.#pending.shift();
    if (pending !== undefined && owner.#isOpen) owner.#answer(pending);
  };

  #answer(pending: Pending): void {
    const { plan, request, why, segment } = pending;
    const { desk } = this.#service;
    if (plan.broken !== undefined) {
      desk.fired(plan.broken);
      return this.#break(plan.broken);
    }
    // At the end of a session there may be no turn to end.
    if (segment.words.length > 0 || why !== 'close') {
      this.#tell(pending);
      if (plan.twice) desk.fired('duplicate_final');
      if (plan.twice) this.#tell(pending);
      const { lost, misheard, words } = segment;
      const text = words.map((word) => word.text).join(' ');
      this.#service.note({ what: 'heard', request, text, lost, misheard });
    }
    this.#service.note({ what: 'done', request, detail: `audio:${this.#ear.seconds.toFixed(3)}` });
    if (why === 'close') this.#finish();
  }

  #tell({ request, order, segment, plan }: Pending): void {
    const { words } = segment;
    const { format } = this.#settings;
    const text = { words, finals: words.length, ended: true } as const;
    this.#socket.send(this.#turn({ ...text, formatted: format === 'at once' }, order));
    this.#service.note({ what: 'sent', request, detail: 'final' });
    if (format !== 'again') return;
    const spoken = words.map((word) => word.text).join(' ');
    if (plan.stallMidUs > 0) this.#service.desk.fired('stall_mid');
    if (!Number.isFinite(plan.stallMidUs)) return;
    const laterUs = this.#service.draws.value('stt.interim', `formatted ${spoken}`) * 1_000 + plan.stallMidUs;
    const message = this.#turn({ ...text, formatted: true }, order);
    this.#service.after(laterUs, StreamSocket.#sendFormatted, { owner: this, message, order });
  }

  static readonly #sendFormatted = ({ owner, message }: Partial): void => {
    if (owner.#isOpen) owner.#socket.send(message);
  };

  #turn(text: TurnText, order = this.#order): string {
    const sureness = text.ended ? this.#settings.confidence : CONFIDENCE.open;
    return turnMessage(text, { order, sureness });
  }

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    if (how === 'malformed') return this.#socket.send('{"type":"Turn","turn_ord');
    if (how === 'error_mid') return this.#fail(errorOfStatus(500));
    this.#socket.destroy();
    this.closed(1006);
  }

  #finish(): void {
    const age = Math.round((this.#service.now() - this.#openedAt) / 1_000_000);
    const heard = Math.round(this.#ear.seconds);
    this.#say({ type: 'Termination', audio_duration_seconds: heard, session_duration_seconds: age });
    this.#close(1000, '');
  }

  #fail(error: AssemblyAiError): void {
    this.#socket.send(errorFrame(error));
    this.#close(error.code, error.message.slice(0, 100));
  }

  #say(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  /** Until the session is over, or its client is silent for too long where it asked for that. */
  #restUs(): Micros {
    const { inactivityS } = this.#settings;
    const ends = this.#openedAt + SESSION_US;
    const idle = inactivityS === undefined ? Infinity : this.#lastActivity + seconds(inactivityS);
    return Math.min(ends, idle) - this.#service.now();
  }

  static readonly #checkTime = (owner: StreamSocket): void => {
    if (!owner.#isOpen) return;
    const rest = owner.#restUs();
    if (rest <= 0) owner.#fail(sessionOver);
    else owner.#timer = owner.#service.after(rest, StreamSocket.#checkTime, owner);
  };
}
