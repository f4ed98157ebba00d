// What sounded at the caller's microphone and was no wish to speak: the events of a trace by which an agent
// must not be moved. Parts of utterances (a hesitation, a correction) are events too, and not these.
import type { Micros } from '#agent/core/time.ts';
import type { CallerEvent, Fact } from '#sim/kernel/fact.ts';

export type SoundEvent = {
  readonly kind: CallerEvent;
  readonly act: number;
  readonly atUs: Micros;
  readonly untilUs: Micros;
};

const SOUNDS: readonly CallerEvent[] = ['backchannel', 'cough', 'noise', 'side_talk', 'echo'];

export const soundEventsOf = (facts: readonly Fact[]): readonly SoundEvent[] =>
  facts.flatMap((fact) =>
    fact.who === 'caller' && fact.what === 'event' && SOUNDS.includes(fact.kind) ? [fact] : [],
  );
