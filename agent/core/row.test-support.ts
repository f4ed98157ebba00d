// One processor between two listeners: what it lets through or makes, in either direction, and what
// it notes and sets. For tests of a single processor.
import type { AgentFact } from './fact.ts';
import type { Frame } from './frame.ts';
import { Outlet, type SessionEffect } from './outlet.ts';
import { type Direction, type Link, Pipeline, type Processor } from './pipeline.ts';
import type { Micros } from './time.ts';
import { TimerTable } from './timer.ts';

export class Listener implements Processor {
  readonly name = 'listener';
  readonly frames: Frame[] = [];
  #link: Link | undefined;

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    this.frames.push(frame);
    this.#link?.pass(now, frame, direction);
  }

  kinds(): string[] {
    return this.frames.map(({ kind }) => kind);
  }

  of<Kind extends Frame['kind']>(kind: Kind): Extract<Frame, { kind: Kind }>[] {
    return this.frames.filter((frame): frame is Extract<Frame, { kind: Kind }> => frame.kind === kind);
  }
}

export class Row<Subject extends Processor> {
  readonly timers = new TimerTable();
  readonly outlet = new Outlet(this.timers);
  /** Between the caller and the processor: hears what goes upstream (and what is pushed). */
  readonly before = new Listener();
  readonly after = new Listener();
  readonly subject: Subject;
  readonly effects: SessionEffect[] = [];
  readonly #pipeline: Pipeline;

  constructor(build: (outlet: Outlet) => Subject) {
    this.subject = build(this.outlet);
    this.#pipeline = new Pipeline([this.before, this.subject, this.after]);
  }

  push(now: Micros, frame: Frame, direction: Direction = 'downstream'): void {
    this.#pipeline.push(now, frame, direction);
    this.drain();
  }

  drain(): void {
    for (let effect = this.outlet.take(); effect !== undefined; effect = this.outlet.take()) {
      this.effects.push(effect);
    }
  }

  facts(): AgentFact[] {
    this.drain();
    return this.effects.flatMap((effect) => (effect.kind === 'fact' ? [effect.fact] : []));
  }
}
