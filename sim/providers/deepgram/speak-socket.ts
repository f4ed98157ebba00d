// One connection to Aura (`GET /v1/speak`): `Speak`, `Flush`, `Clear`, `Close` in; bare audio out, and a
// notice when all audio of a flush was sent. Whole sentences may begin before they are flushed. There are
// no contexts and no word times: one utterance after the other.
import { type Micros, seconds } from '#agent/core/time.ts';
import { parseObject, textOf } from '../answer.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import { Recital, type RecitalSink } from '../recital.ts';
import type { Service } from '../service.ts';
import type { Speech, SpeechPress } from '../speech.ts';
import type { VendorSocket, VendorSocketHandler } from '../vendor.ts';
import { CLOSES } from './error.ts';
import type { SpeakSettings } from './query.ts';

const SPEAK_CHARS_MAX = 2_000;
const FLUSHES_MAX = 20;
const FLUSH_WINDOW_US: Micros = seconds(60);
const SESSION_US: Micros = seconds(3_600);
const SENTENCE_END = /[.!?…]["')\]]*\s*$/;

/** What is spoken between two silences. */
type Utterance = {
  readonly request: number;
  readonly plan: AnswerPlan;
  readonly recital: Recital;
  /** Generations given to it, and done; for each flush the count that answers it. */
  given: number;
  done: number;
  readonly flushes: number[];
  characters: number;
  isAudible: boolean;
};

export class SpeakSocket implements VendorSocketHandler, RecitalSink {
  readonly #service: Service;
  readonly #socket: VendorSocket;
  readonly #press: SpeechPress;
  readonly #settings: SpeakSettings;
  #buffer = '';
  #utterance: Utterance | undefined;
  #flushTimes: Micros[] = [];
  #flushed = 0;
  #cleared = 0;
  #isOpen = true;

  constructor(service: Service, socket: VendorSocket, press: SpeechPress, settings: SpeakSettings) {
    this.#service = service;
    this.#socket = socket;
    this.#press = press;
    this.#settings = settings;
    service.note({ what: 'connected' });
    const id = service.newId();
    const model = { model_name: settings.model, model_version: 'emulated', model_uuid: id };
    this.#say({ type: 'Metadata', request_id: id, ...model });
    service.after(SESSION_US, SpeakSocket.#sessionOver, this);
  }

  message(data: string | Uint8Array): void {
    if (!this.#isOpen) return;
    if (typeof data !== 'string') return this.#close(...CLOSES.badFrame);
    const message = parseObject(data);
    switch (message?.['type']) {
      case 'Speak':
        return this.#speak(textOf(message['text']));
      case 'Flush':
        return this.#flush();
      case 'Clear':
        return this.#clear();
      case 'Close':
        return this.#close(1000, '');
      default:
        return this.#close(...CLOSES.badData);
    }
  }

  closed(code: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stop();
    this.#service.note({ what: 'disconnected', code });
  }

  chunk(speech: Speech, index: number): void {
    const chunk = speech.chunks[index];
    const utterance = this.#utterance;
    if (chunk === undefined || utterance === undefined || !this.#isOpen) return;
    this.#socket.send(chunk.bytes);
    if (!chunk.audible || utterance.isAudible) return;
    utterance.isAudible = true;
    this.#service.note({ what: 'sent', request: utterance.request, detail: 'audible' });
  }

  generated(): void {
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    utterance.done += 1;
    this.#answerFlushes(utterance);
  }

  /** Never: the input of a connection has no end but its own. */
  finished(): void {}

  broken(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#utterance = undefined;
    if (how === 'malformed') this.#socket.send('{"type":"Flus');
    else if (how === 'error_mid') this.#close(...CLOSES.internal);
    else {
      this.#socket.destroy();
      this.closed(1006);
    }
  }

  #speak(text: string | undefined): void {
    if (text === undefined) return this.#close(...CLOSES.badData);
    if (text.length > SPEAK_CHARS_MAX) return this.#close(...CLOSES.tooLong);
    this.#buffer += text;
    if (SENTENCE_END.test(this.#buffer)) this.#generate();
  }

  #generate(): void {
    const text = this.#buffer;
    this.#buffer = '';
    if (text.trim() === '') return;
    const utterance = this.#utterance ?? this.#begin(text);
    if (utterance === undefined) return;
    utterance.characters += text.length;
    const { rate, encoding } = this.#settings;
    const speech = this.#press.press(text, { rate, encoding });
    // What has no sound is not generated, and nothing answers it.
    if (speech.chunks.length > 0) utterance.given += 1;
    utterance.recital.say(speech);
  }

  #begin(text: string): Utterance | undefined {
    const service = this.#service;
    const request = service.newRequest();
    service.note({ what: 'received', request, detail: 'text' });
    const plan = service.desk.inAnswer(true, text);
    if (plan.denial !== undefined) {
      const haste = plan.denial.kind === 'status' && plan.denial.status === 429;
      const [code, reason] = haste ? CLOSES.tooManyCharacters : CLOSES.internal;
      this.#close(code, reason);
      return undefined;
    }
    const { draws, desk, world } = service;
    const recital = new Recital(world, { draws, desk, plan, request }, this);
    const counts = { given: 0, done: 0, flushes: [], characters: 0, isAudible: false };
    this.#utterance = { request, plan, recital, ...counts };
    return this.#utterance;
  }

  #flush(): void {
    const now = this.#service.now();
    this.#flushTimes = this.#flushTimes.filter((at) => at > now - FLUSH_WINDOW_US);
    if (this.#flushTimes.length >= FLUSHES_MAX) {
      const description = `No more than ${FLUSHES_MAX} flushes in 60 seconds.`;
      return this.#say({ type: 'Warning', code: 'TOO_MANY_FLUSHES', description });
    }
    this.#flushTimes.push(now);
    this.#generate();
    if (!this.#isOpen) return;
    const utterance = this.#utterance;
    if (utterance === undefined) return this.#tellFlushed();
    utterance.flushes.push(utterance.given);
    this.#answerFlushes(utterance);
  }

  #answerFlushes(utterance: Utterance): void {
    for (
      let due = utterance.flushes[0];
      due !== undefined && due <= utterance.done;
      due = utterance.flushes[0]
    ) {
      utterance.flushes.shift();
      this.#tellFlushed();
      if (utterance.plan.twice) {
        this.#service.desk.fired('duplicate_final');
        this.#tellFlushed();
      }
    }
    if (utterance.done < utterance.given || utterance.flushes.length > 0 || utterance.recital.busy) return;
    this.#utterance = undefined;
    const { request, characters } = utterance;
    this.#service.note({ what: 'done', request, detail: `chars:${characters}` });
  }

  #tellFlushed(): void {
    this.#say({ type: 'Flushed', sequence_id: this.#flushed });
    this.#flushed += 1;
  }

  #clear(): void {
    this.#stop();
    this.#say({ type: 'Cleared', sequence_id: this.#cleared });
    this.#cleared += 1;
  }

  #stop(): void {
    this.#buffer = '';
    const utterance = this.#utterance;
    this.#utterance = undefined;
    if (utterance === undefined) return;
    utterance.recital.stop();
    this.#service.note({ what: 'cancelled', request: utterance.request });
  }

  #say(message: object): void {
    if (this.#isOpen) this.#socket.send(JSON.stringify(message));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.closed(code);
  }

  static readonly #sessionOver = (owner: SpeakSocket): void => {
    if (owner.#isOpen) owner.#close(...CLOSES.sessionOver);
  };
}
