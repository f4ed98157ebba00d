// The recogniser's place in the pipeline: speech in, transcripts out. It owns the provider session,
// passes speech on to it, and asks it for the final text when the turn policy says so.
import type { Failure } from '../failure.ts';
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { SttEvent, SttFactory, SttSession } from '../provider.ts';
import type { Micros } from '../time.ts';
import { type Lane, laneOf, type SocketEvent } from '../wire.ts';

/** Microseconds of one sample at 16 kHz. */
const US_PER_SAMPLE = 62.5;

export class SttStage implements Processor {
  readonly name = 'stt';
  readonly #outlet: Outlet;
  readonly #session: SttSession;
  #link: Link | undefined;
  #bytesSent = 0;
  #finalizedAt: Micros | undefined;
  /** What went wrong since it last gave a sign of life. */
  #trouble: Failure | undefined;

  constructor(factory: SttFactory, outlet: Outlet) {
    this.#outlet = outlet;
    this.#session = factory({
      request: (_now, request, lane = 0) => outlet.effect({ kind: 'stt', request, ...laneOf(lane) }),
      event: (now, event) => this.#event(now, event),
      note: (now, fact) => outlet.note(now, fact),
      ...(outlet.salt === undefined ? {} : { salt: outlet.salt }),
    });
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    switch (frame.kind) {
      case 'Start':
        this.#session.start(now);
        break;
      case 'End':
        this.#session.stop(now);
        if (this.#bytesSent > 0) this.#usage(now);
        break;
      case 'AudioRaw':
        this.#session.sendAudio(now, frame.pcm);
        this.#bytesSent += frame.pcm.length;
        this.#follow();
        return;
      case 'SttFinalize':
        this.#finalize(now, frame.turn);
        return;
      default:
    }
    this.#follow();
    this.#link?.pass(now, frame, direction);
  }

  receive(now: Micros, event: SocketEvent, lane: Lane = 0): void {
    this.#session.receive(now, event, lane);
    this.#follow();
  }

  wake(now: Micros): void {
    this.#session.wake(now);
    this.#follow();
  }

  #finalize(now: Micros, turn: number): void {
    this.#finalizedAt = now;
    this.#outlet.note(now, { what: 'stt.finalize', turn });
    this.#usage(now);
    this.#session.finalize(now);
    this.#follow();
  }

  #usage(now: Micros): void {
    const us = Math.round((this.#bytesSent / 2) * US_PER_SAMPLE);
    this.#bytesSent = 0;
    this.#outlet.note(now, { what: 'usage.stt', us });
    this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'audio', us } });
  }

  #event(now: Micros, event: SttEvent): void {
    switch (event.kind) {
      case 'ready':
        this.#trouble = undefined;
        return;
      case 'interim':
        this.#trouble = undefined;
        this.#link?.push(now, { kind: 'InterimTranscription', text: event.text });
        return;
      case 'final':
        if (event.text.trim() !== '') this.#trouble = undefined;
        this.#link?.push(now, { kind: 'Transcription', text: event.text });
        return;
      case 'signal':
        this.#link?.push(now, { kind: 'SttSignal', signal: event.signal });
        return;
      case 'finalized':
        this.#measure(now);
        // It is no answer: whatever was said is lost, and so it is told.
        if (this.#trouble !== undefined) this.#tell(now, this.#trouble, false);
        this.#link?.push(now, { kind: 'SttFinalized' });
        return;
      case 'failed': {
        const { failure, fatal } = event;
        const { reason, message } = failure;
        this.#outlet.note(now, { what: 'error', stage: 'stt', reason, message, fatal });
        this.#trouble = failure;
        if (!fatal) return;
        this.#tell(now, failure, fatal);
        this.#link?.push(now, { kind: 'SttFinalized' });
      }
    }
  }

  #tell(now: Micros, failure: Failure, fatal: boolean): void {
    this.#link?.push(now, { kind: 'Error', stage: 'stt', failure, fatal });
  }

  #measure(now: Micros): void {
    if (this.#finalizedAt === undefined) return;
    const us = now - this.#finalizedAt;
    this.#finalizedAt = undefined;
    this.#link?.push(now, { kind: 'Metrics', metric: { kind: 'ttfb', stage: 'stt', us } });
  }

  #follow(): void {
    this.#outlet.timers.follow('stt', this.#session.deadline());
  }
}
