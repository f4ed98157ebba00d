// One context of Cartesia's voice socket: text in, chunks of one voice out, in the order of the input.
// Text waits until a sentence is complete, a flush comes, the input ends or the buffer delay passes. A
// cancelled context still sends the generation that is under way, as the vendor does.
import type { Micros } from '#agent/core/time.ts';
import type { Timer } from '#sim/kernel/clock.ts';
import type { AnswerPlan } from '../fault-desk.ts';
import { Recital, type RecitalSink } from '../recital.ts';
import type { Service } from '../service.ts';
import type { Speech, SpeechFormat, SpeechPress } from '../speech.ts';

/** Where a context's messages go. */
export interface ContextOutlet {
  send(message: string): void;
  /** The context said everything, or broke: its id is forgotten. */
  over(id: string, how: 'done' | 'cut' | 'malformed' | 'error_mid'): void;
}

export type ContextOptions = {
  readonly id: string;
  readonly format: SpeechFormat;
  readonly timestamps: boolean;
  readonly bufferUs: Micros;
};

/** A context expires so long after its last audio. */
const EXPIRY_US = 1_000_000;
const SENTENCE_END = /[.!?…]["')\]]*\s*$/;

export class TtsContext implements RecitalSink {
  readonly #service: Service;
  readonly #press: SpeechPress;
  readonly #outlet: ContextOutlet;
  readonly #options: ContextOptions;
  readonly #recital: Recital;
  readonly #request: number;
  /** The id as a JSON string. */
  readonly #quotedId: string;
  #buffer = '';
  #bufferTimer: Timer | undefined;
  #characters = 0;
  #audible = false;
  #flushes = 0;
  #flushId = 0;
  #generatedSeconds = 0;
  #lastAudioAt: Micros | undefined;

  constructor(
    service: Service,
    tools: { press: SpeechPress; request: number; plan: AnswerPlan },
    outlet: ContextOutlet,
    options: ContextOptions,
  ) {
    this.#service = service;
    this.#press = tools.press;
    this.#outlet = outlet;
    this.#options = options;
    this.#request = tools.request;
    this.#quotedId = JSON.stringify(options.id);
    const { draws, desk } = service;
    this.#recital = new Recital(
      service.world,
      { draws, desk, plan: tools.plan, request: tools.request },
      this,
    );
  }

  get expired(): boolean {
    const idle = this.#lastAudioAt !== undefined && !this.#recital.busy;
    return idle && this.#service.now() - (this.#lastAudioAt ?? 0) > EXPIRY_US;
  }

  take(transcript: string, more: boolean, flush: boolean): void {
    this.#buffer += transcript;
    const complete = this.#options.bufferUs === 0 || SENTENCE_END.test(this.#buffer);
    if (flush || !more || complete) this.#generate();
    else if (this.#bufferTimer === undefined && this.#buffer !== '') {
      this.#bufferTimer = this.#service.after(this.#options.bufferUs, TtsContext.#bufferExpired, this);
    }
    if (flush) this.#flush();
    if (!more) this.#recital.end();
  }

  cancel(): void {
    this.#dropBuffer();
    this.#recital.dropWaiting();
    this.#service.note({ what: 'cancelled', request: this.#request });
    this.#recital.end();
  }

  /** The connection is gone. */
  stop(): void {
    const unsaid = this.#recital.busy || this.#buffer !== '';
    this.#dropBuffer();
    this.#recital.stop();
    if (unsaid) this.#service.note({ what: 'cancelled', request: this.#request });
  }

  chunk(speech: Speech, index: number): void {
    const chunk = speech.chunks[index];
    if (chunk === undefined) return;
    const head = `{"type":"chunk","context_id":${this.#quotedId},"status_code":206,"done":false`;
    const rest = `"step_time":10,"flush_id":${this.#flushId}`;
    this.#outlet.send(`${head},${rest},"data":"${chunk.base64()}"}`);
    this.#lastAudioAt = this.#service.now();
    if (chunk.audible && !this.#audible) {
      this.#audible = true;
      this.#service.note({ what: 'sent', request: this.#request, detail: 'audible' });
    }
    if (index === 0 && this.#options.timestamps) this.#timestamps(speech);
  }

  generated(speech: Speech): void {
    this.#generatedSeconds += speech.utterance.pcm.length / speech.rate;
    while (this.#flushes > 0 && !this.#recital.busy) this.#flushDone();
  }

  finished(): void {
    this.#outlet.send(`{"type":"done","context_id":${this.#quotedId},"status_code":200,"done":true}`);
    this.#service.note({ what: 'done', request: this.#request, detail: `chars:${this.#characters}` });
    this.#outlet.over(this.#options.id, 'done');
  }

  broken(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#dropBuffer();
    this.#outlet.over(this.#options.id, how);
  }

  static readonly #bufferExpired = (context: TtsContext): void => {
    context.#bufferTimer = undefined;
    context.#generate();
  };

  #generate(): void {
    const text = this.#buffer;
    this.#dropBuffer();
    this.#characters += text.length;
    this.#recital.say(this.#press.press(text, this.#options.format));
  }

  #dropBuffer(): void {
    this.#buffer = '';
    if (this.#bufferTimer !== undefined) this.#service.cancel(this.#bufferTimer);
    this.#bufferTimer = undefined;
  }

  #flush(): void {
    this.#flushes += 1;
    if (!this.#recital.busy) this.#flushDone();
  }

  #flushDone(): void {
    this.#flushes -= 1;
    this.#flushId += 1;
    const head = `{"type":"flush_done","context_id":${this.#quotedId},"status_code":206,"done":false`;
    this.#outlet.send(`${head},"flush_done":true,"flush_id":${this.#flushId}}`);
  }

  /** Seconds from the start of the context's audio. */
  #timestamps(speech: Speech): void {
    const at = (sample: number): number => Number((this.#generatedSeconds + sample / speech.rate).toFixed(4));
    const { words } = speech.utterance;
    const timestamps = JSON.stringify({
      words: words.map((word) => word.text),
      start: words.map((word) => at(word.startSample)),
      end: words.map((word) => at(word.endSample)),
    });
    const head = `{"type":"timestamps","context_id":${this.#quotedId},"status_code":206,"done":false`;
    this.#outlet.send(`${head},"word_timestamps":${timestamps}}`);
  }
}
