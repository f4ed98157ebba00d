// What the agent makes of sounds that are no interruption: whether it stops for them, and how long it holds
// its breath where it goes on. Ground truth are the events at the caller's microphone; an opportunity is
// a reply that could be heard while one of them sounded. An agent that only ducks or pauses and then goes
// on has not stopped.
import { type Micros, seconds, toMs } from '#agent/core/time.ts';
import type { CallerEvent } from '#sim/kernel/fact.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import { type SoundEvent, soundEventsOf } from './event.ts';
import type { Hearing } from './hearing.ts';

/** Words may come so long after the sound: what they decide belongs to it. */
const AFTERMATH_US: Micros = seconds(1.5);

const CLASS_OF: Readonly<Partial<Record<CallerEvent, string>>> = {
  backchannel: 'backchannel',
  noise: 'noise',
  cough: 'noise',
  echo: 'echo',
  side_talk: 'side_talk',
};
const CLASSES = ['backchannel', 'noise', 'echo', 'side_talk'] as const;
const WORDS = {
  backchannel: 'a backchannel',
  noise: 'a noise',
  echo: 'an echo of it',
  side_talk: 'talk to somebody else',
} as const;

export const FALSE_ALARM = define('interruption', [
  ...CLASSES.map((name) => ({
    id: `false_interruption_rate.${name}`,
    about: `replies that were stopped, of those over which there was ${WORDS[name]} and no interruption`,
    unit: 'share',
    point: 'ear' as const,
    summary: 'rate' as const,
    better: 'lower' as const,
    ours: [at('value', '<=', 0.1)],
  })),
  {
    id: 'resume_gap_ms',
    about: 'silence at the ear for a sound that was no interruption, until the reply goes on',
    unit: 'ms',
    point: 'ear',
    summary: 'percentiles',
    better: 'lower',
    ours: [at('p95', '<=', 500)],
  },
]);

export function* falseAlarm(conversation: Conversation): Iterable<Sample> {
  const events = soundEventsOf(conversation.facts);
  for (const hearing of conversation.hearings) {
    const over = events.filter((event) => soundsOver(event, hearing));
    for (const event of over) {
      const value = stopsFor(event, hearing, conversation) ? 1 : 0;
      yield { kpi: `false_interruption_rate.${CLASS_OF[event.kind]}`, value, act: event.act };
    }
    yield* gaps(hearing, over);
  }
}

/** Something of the reply sounded at the ear while the event did at the microphone. */
const soundsOver = (event: SoundEvent, { stretches }: Hearing): boolean =>
  stretches.some(
    ({ startUs, endUs }) => startUs < event.untilUs && (endUs ?? Number.POSITIVE_INFINITY) > event.atUs,
  );

function stopsFor(event: SoundEvent, { reply }: Hearing, { exchanges }: Conversation): boolean {
  const stoppedUs = reply.interruptedUs;
  if (stoppedUs === undefined || !isWithin(event, stoppedUs)) return false;
  // Whoever really speaks, or has just spoken, is the one for whom it stops.
  return !exchanges.some(
    ({ onsetUs, endUs }) =>
      onsetUs > (reply.startedUs ?? 0) &&
      onsetUs <= stoppedUs &&
      stoppedUs <= (endUs ?? Number.POSITIVE_INFINITY) + AFTERMATH_US,
  );
}

/** Silences of a reply that begin during one of the events, or because of it, and end. */
function* gaps({ stretches }: Hearing, events: readonly SoundEvent[]): Iterable<Sample> {
  for (const [index, { endUs }] of stretches.entries()) {
    const next = stretches[index + 1];
    if (next === undefined || endUs === undefined) continue;
    const event = events.find((candidate) => isWithin(candidate, endUs));
    if (event !== undefined)
      yield { kpi: 'resume_gap_ms', value: toMs(next.startUs - endUs), act: event.act };
  }
}

const isWithin = ({ atUs, untilUs }: SoundEvent, t: Micros): boolean =>
  atUs <= t && t <= untilUs + AFTERMATH_US;
