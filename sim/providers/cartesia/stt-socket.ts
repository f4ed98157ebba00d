// One connection to Cartesia's manual recogniser (`GET /stt/websocket`): binary audio and the bare
// strings `finalize` and `close` in; transcripts (deltas, never to be trimmed), `flush_done` and `done`
// out. Its clock is the audio: without audio nothing happens, except that idle connections are closed.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { Ear, Segment } from '../ear.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import type { Service } from '../service.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { badRequest, type CartesiaError, errorEvent, errorOfStatus } from './error.ts';

const INTERIM_EVERY_S = 0.25;
/** A final takes so long at least, however long ago the speech ended (inferred). */
const FLUSH_US: Micros = 50_000;

export type SttSettings = {
  readonly idleUs: Micros;
  /** Interim transcripts are a habit of ink-whisper. */
  readonly interims: boolean;
  /** A documented example acknowledges before it transcribes. */
  readonly flushDoneFirst: boolean;
  readonly language: string;
};

type Pending = {
  readonly request: number;
  readonly segment: Segment;
  readonly text: string;
  readonly plan: AnswerPlan;
  readonly closing: boolean;
};

type Interim = { readonly owner: SttSocket; readonly text: string; readonly epoch: number };

export class SttSocket implements VendorSocketHandler {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #ear: Ear;
  readonly #settings: SttSettings;
  readonly #id: string;
  readonly #pending: Pending[] = [];
  #lastDue: Micros = 0;
  #lastActivity: Micros;
  #idleTimer: Timer;
  #interimAtS = 0;
  #interimWords = 0;
  /** Counts finalizations: an interim of an earlier one is not sent any more. */
  #epoch = 0;
  #spoke = false;
  #open = true;

  constructor(service: Service, socket: VendorSocket, ear: Ear, settings: SttSettings) {
    this.#service = service;
    this.#socket = socket;
    this.#ear = ear;
    this.#settings = settings;
    this.#id = service.newId();
    this.#lastActivity = service.now();
    this.#idleTimer = service.after(settings.idleUs, SttSocket.#checkIdle, this);
    service.note({ what: 'connected' });
  }

  message(data: string | Uint8Array): void {
    if (!this.#open) return;
    this.#lastActivity = this.#service.now();
    if (typeof data !== 'string') {
      this.#ear.push(data);
      if (this.#settings.interims && this.#ear.seconds() - this.#interimAtS >= INTERIM_EVERY_S)
        this.#interim();
      return;
    }
    if (data === 'finalize') this.#finalize(false);
    else if (data === 'close' || data === 'done') this.#finalize(true);
    else this.#error(badRequest('Text messages are "finalize" and "close".'));
  }

  closed(code: number): void {
    if (!this.#open) return;
    this.#open = false;
    this.#service.cancel(this.#idleTimer);
    for (const pending of this.#pending.splice(0)) {
      this.#service.note({ what: 'cancelled', request: pending.request });
    }
    this.#service.note({ what: 'disconnected', code });
  }

  /** Refuses what this connection asks for, although the upgrade was accepted. */
  reject(error: CartesiaError): void {
    this.#error(error);
    this.#close(1008, error.title);
  }

  #interim(): void {
    this.#interimAtS = this.#ear.seconds();
    const words = this.#ear.soFar();
    if (words.length <= this.#interimWords) return;
    this.#interimWords = words.length;
    const text = this.#delta(words.join(' '));
    const interim: Interim = { owner: this, text, epoch: this.#epoch };
    const latencyMs = this.#service.draws.value('stt.interim', text);
    this.#service.after(latencyMs * 1_000, SttSocket.#sendInterim, interim);
  }

  static readonly #sendInterim = ({ owner, text, epoch }: Interim): void => {
    if (!owner.#open || epoch !== owner.#epoch) return;
    const head = `{"type":"transcript","is_final":false,"request_id":"${owner.#id}"`;
    owner.#socket.send(`${head},"text":${JSON.stringify(text)},"language":"${owner.#settings.language}"}`);
  };

  #finalize(closing: boolean): void {
    const service = this.#service;
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: closing ? 'close' : 'finalize' });
    this.#epoch += 1;
    this.#interimWords = 0;
    const plan = service.desk.inAnswer(true, this.#ear.soFar().join(' '));
    if (plan.denial?.kind === 'status') {
      this.#error(errorOfStatus(plan.denial.status));
      // Lesser errors leave the connection open.
      if (plan.denial.status >= 500) this.#close(1011, 'internal error');
      return;
    }
    const segment = this.#ear.settle();
    const spoken = segment.words.map((word) => word.text).join(' ');
    const pending = { request, segment, text: this.#delta(spoken), plan, closing };
    if (spoken !== '') this.#spoke = true;
    const drawn = service.draws.latency('stt.final', request, spoken);
    const passed = this.#sinceSpeech(segment);
    const latency = Math.max(FLUSH_US, Math.round(drawn * plan.slow) - passed) + plan.stallBeforeUs;
    if (!Number.isFinite(latency)) return;
    // Answers keep the order of their requests.
    this.#lastDue = Math.max(this.#lastDue, service.now() + latency);
    this.#pending.push(pending);
    service.after(this.#lastDue - service.now(), SttSocket.#deliver, this);
  }

  /** How much of the time to the final has passed already, where it counts from the end of speech. */
  #sinceSpeech({ words }: Segment): Micros {
    const last = words.at(-1);
    if (last === undefined || !this.#service.finalFromSpeechEnd) return 0;
    return Math.round((this.#ear.seconds() - last.endS) * 1_000_000);
  }

  /** Transcripts are deltas to be concatenated as they are: each but the first brings its own space. */
  #delta(text: string): string {
    return this.#spoke && text !== '' ? ` ${text}` : text;
  }

  static readonly #deliver = (owner: SttSocket): void => {
    const pending = owner.#pending.shift();
    if (pending !== undefined && owner.#open) owner.#answer(pending);
  };

  #answer(pending: Pending): void {
    const { plan } = pending;
    if (plan.broken !== undefined) return this.#break(plan.broken);
    const flush = `{"type":"flush_done","request_id":"${this.#id}"}`;
    const flushes = !pending.closing;
    if (flushes && this.#settings.flushDoneFirst) this.#socket.send(flush);
    this.#transcript(pending);
    if (plan.twice) {
      this.#service.desk.fired('duplicate_final');
      this.#transcript(pending);
    }
    if (plan.stallMidUs > 0) {
      this.#service.desk.fired('stall_mid');
      if (Number.isFinite(plan.stallMidUs)) this.#service.after(plan.stallMidUs, SttSocket.#finishLate, this);
      return;
    }
    if (flushes && !this.#settings.flushDoneFirst) this.#socket.send(flush);
    this.#service.note({
      what: 'done',
      request: pending.request,
      detail: `audio:${this.#ear.seconds().toFixed(3)}`,
    });
    if (pending.closing) this.#finish();
  }

  #transcript({ segment, text, request }: Pending): void {
    if (segment.durationS === 0) return;
    const words = segment.words.map(({ text: word, startS, endS }) => ({
      word,
      start: Number(startS.toFixed(3)),
      end: Number(endS.toFixed(3)),
    }));
    const head = { type: 'transcript', is_final: true, request_id: this.#id, text };
    const duration = Number(segment.durationS.toFixed(3));
    this.#socket.send(JSON.stringify({ ...head, duration, language: this.#settings.language, words }));
    this.#service.note({ what: 'sent', request, detail: 'final' });
    const { lost, misheard } = segment;
    this.#service.note({ what: 'heard', request, text: text.trim(), lost, misheard });
  }

  static readonly #finishLate = (owner: SttSocket): void => {
    if (owner.#open) owner.#socket.send(`{"type":"flush_done","request_id":"${owner.#id}"}`);
  };

  #break(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#service.desk.fired(how);
    if (how === 'malformed') this.#socket.send('{"type":"transcript","is_final":tr');
    else if (how === 'error_mid') {
      this.#error(errorOfStatus(500));
      this.#close(1011, 'internal error');
    } else {
      this.#socket.destroy();
      this.closed(1006);
    }
  }

  #finish(): void {
    this.#socket.send(`{"type":"done","request_id":"${this.#id}"}`);
    this.#close(1000, 'done');
  }

  #error(error: CartesiaError): void {
    this.#socket.send(errorEvent(error, this.#id));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #checkIdle = (owner: SttSocket): void => {
    if (!owner.#open) return;
    const rest = owner.#lastActivity + owner.#settings.idleUs - owner.#service.now();
    if (rest <= 0) owner.#close(1000, 'idle');
    else owner.#idleTimer = owner.#service.after(rest, SttSocket.#checkIdle, owner);
  };
}
