// Speech over HTTP: the whole text in one request, audio bytes or lines of JSON with timings streamed
// back at the pace of the synthesis. The stream ends when the client goes away.
import type { AnswerPlan } from '../fault-desk.ts';
import { Recital, type RecitalSink } from '../recital.ts';
import type { Service } from '../service.ts';
import type { Speech } from '../speech.ts';
import type { VendorExchange } from '../vendor.ts';
import { alignmentSeconds } from './alignment.ts';

export class SpeechExchange implements RecitalSink {
  readonly #service: Service;
  readonly #exchange: VendorExchange;
  readonly #request: number;
  readonly #recital: Recital;
  readonly #timestamps: boolean;
  readonly #characters: number;
  #begun = false;
  #audible = false;
  #over = false;

  constructor(
    service: Service,
    exchange: VendorExchange,
    job: { request: number; plan: AnswerPlan; timestamps: boolean; speech: Speech },
  ) {
    this.#service = service;
    this.#exchange = exchange;
    this.#request = job.request;
    this.#timestamps = job.timestamps;
    this.#characters = job.speech.text.length;
    const { world, draws, desk } = service;
    this.#recital = new Recital(world, { draws, desk, plan: job.plan, request: job.request }, this);
    exchange.onAbort(() => this.#aborted());
    this.#recital.say(job.speech);
    this.#recital.end();
  }

  chunk(speech: Speech, index: number): void {
    const chunk = speech.chunks[index];
    if (chunk === undefined) return;
    this.#begin();
    if (this.#timestamps) {
      const alignment = alignmentSeconds(speech, chunk);
      const line = { audio_base64: chunk.base64(), alignment, normalized_alignment: alignment };
      this.#exchange.write(Buffer.from(`${JSON.stringify(line)}\n`));
    } else this.#exchange.write(chunk.bytes);
    if (!chunk.audible || this.#audible) return;
    this.#audible = true;
    this.#service.note({ what: 'sent', request: this.#request, detail: 'audible' });
  }

  generated(): void {}

  finished(): void {
    if (this.#over) return;
    this.#over = true;
    this.#begin();
    this.#exchange.end();
    this.#service.note({ what: 'done', request: this.#request, detail: `chars:${this.#characters}` });
  }

  broken(how: 'cut' | 'malformed' | 'error_mid'): void {
    this.#over = true;
    if (how === 'malformed') {
      // Half a sample, or half a line: the bytes end where they must not.
      this.#exchange.write(Buffer.from(this.#timestamps ? '{"audio_ba' : 'x'));
      this.#exchange.end();
    } else this.#exchange.destroy();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#exchange.head(200, {
      'content-type': this.#timestamps ? 'application/json' : 'application/octet-stream',
      'request-id': this.#service.newId(),
      'character-cost': String(this.#characters),
      'current-concurrent-requests': '1',
      'maximum-concurrent-requests': '10',
    });
  }

  #aborted(): void {
    if (this.#over) return;
    this.#over = true;
    this.#recital.stop();
    this.#service.note({ what: 'cancelled', request: this.#request });
  }
}
