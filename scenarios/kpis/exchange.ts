// The trace joined into exchanges: what the caller said, the turns the agent made of it, and the reply
// that answers it. Ground truth comes from the caller's mouth and ear, never from the agent; a turn is
// given to the act whose speech it last heard, so a hesitation may own several turns; one that heard
// nothing but noise, echo or other people is nobody's.
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { type SoundEvent, soundEventsOf } from './event.ts';
import { type Hearing, hearingsOf, type Stretch, stretchesOf } from './hearing.ts';
import { agentSide, type Reply, type Turn } from './turn.ts';

/** A voice detector may hear the breath before the first word. */
const EARLY_US: Micros = 200_000;
/** And begins to hear a sound as much as this after it has ended, the network included. */
const LATE_US: Micros = 400_000;
/** Owner of a turn that heard no act at all. */
const NOBODY = -1;

/** One act of the caller's (say or interrupt) and what came of it. */
export type Exchange = {
  /** Index of the act in the script. */
  readonly act: number;
  readonly text: string;
  readonly role: 'turn' | 'interruption';
  /** First and last speech sample at the mouth; no end when the call ended in mid-speech. */
  readonly onsetUs: Micros;
  readonly endUs: Micros | undefined;
  /** When the caller spoke next. */
  readonly nextOnsetUs: Micros | undefined;
  readonly turns: readonly Turn[];
  /** Turns committed before the caller had finished. */
  readonly premature: readonly Turn[];
  /** The last turn committed after the end, the reply to it, and that reply at the ear. */
  readonly answering: Turn | undefined;
  readonly reply: Reply | undefined;
  readonly hearing: Hearing | undefined;
  /** The reply that was sounding at the ear when the caller began to speak, and its stretch. */
  readonly over: Hearing | undefined;
  /** Final transcripts of the act's speech, in order. */
  readonly finals: readonly string[];
  readonly gaveUp: boolean;
};

export type Joined = {
  readonly exchanges: readonly Exchange[];
  readonly turns: readonly Turn[];
  readonly replies: readonly Reply[];
  readonly hearings: readonly Hearing[];
  readonly stretches: readonly Stretch[];
};

export function join(facts: readonly Fact[]): Joined {
  const { turns, replies } = agentSide(facts);
  const stretches = stretchesOf(facts);
  const hearings = hearingsOf(facts, replies, stretches);
  const acts = actsOf(facts);
  const events = soundEventsOf(facts);
  const owners = new Map(turns.map((turn) => [turn, ownerOf(acts, turn, events)]));
  const exchanges = acts.map((act, index): Exchange => {
    const nextOnsetUs = acts[index + 1]?.onsetUs;
    const own = turns.filter((turn) => owners.get(turn) === index);
    const answering = own.findLast((turn) => turn.committedUs !== undefined && isAfter(turn, act.endUs));
    const reply = replies.find((candidate) => candidate.number === answering?.reply);
    return {
      ...act,
      nextOnsetUs,
      turns: own,
      premature: own.filter((turn) => turn.committedUs !== undefined && !isAfter(turn, act.endUs)),
      answering,
      reply,
      hearing: reply && hearings.find((hearing) => hearing.reply === reply),
      over: hearings.find((hearing) => hearing.stretches.some((stretch) => covers(stretch, act.onsetUs))),
      finals: turns.flatMap((turn) => (owners.get(turn) === NOBODY ? [] : finalsOf(acts, turn, index))),
    };
  });
  return { exchanges, turns, replies, hearings, stretches };
}

type SpokenAct = Pick<Exchange, 'act' | 'text' | 'role' | 'onsetUs' | 'endUs' | 'gaveUp'>;

function actsOf(facts: readonly Fact[]): readonly SpokenAct[] {
  const acts: SpokenAct[] = [];
  const amend = (act: number, change: Partial<SpokenAct>): void => {
    const index = acts.findLastIndex((candidate) => candidate.act === act);
    const known = acts[index];
    if (known !== undefined) acts[index] = { ...known, ...change };
  };
  for (const fact of facts) {
    if (fact.who !== 'caller') continue;
    if (fact.what === 'speaking') {
      const { act, text, role, atUs } = fact;
      acts.push({ act, text, role, onsetUs: atUs, endUs: undefined, gaveUp: false });
    }
    if (fact.what === 'spoke') amend(fact.act, { endUs: fact.atUs });
    if (fact.what === 'gave_up') amend(fact.act, { gaveUp: true });
  }
  return acts;
}

/** Index of the act whose speech the turn last heard; a typed turn belongs where it was committed. */
function ownerOf(acts: readonly SpokenAct[], turn: Turn, events: readonly SoundEvent[]): number {
  const heardUs = turn.speeches.map(({ startUs }) => startUs + EARLY_US);
  if (heardUs.length === 0) return actAt(acts, turn.committedUs ?? turn.lastUs);
  const t = heardUs.findLast((heard) => isSpoken(acts, heard) || !isEvent(events, heard));
  return t === undefined ? NOBODY : actAt(acts, t);
}

const isSpoken = (acts: readonly SpokenAct[], t: Micros): boolean =>
  acts.some(({ onsetUs, endUs }) => onsetUs <= t && t <= (endUs ?? Number.POSITIVE_INFINITY) + EARLY_US);

const isEvent = (events: readonly SoundEvent[], t: Micros): boolean =>
  events.some(({ atUs, untilUs }) => atUs <= t && t <= untilUs + LATE_US);

/** A final answers the finalize before it, and that asks for the speech before that. */
function finalsOf(acts: readonly SpokenAct[], turn: Turn, index: number): readonly string[] {
  return turn.finals
    .filter(({ t }) => actAt(acts, turn.finalizesUs.findLast((askedUs) => askedUs <= t) ?? t) === index)
    .map(({ text }) => text);
}

const actAt = (acts: readonly SpokenAct[], t: Micros): number =>
  acts.findLastIndex((act) => act.onsetUs <= t);

const isAfter = (turn: Turn, endUs: Micros | undefined): boolean =>
  endUs !== undefined && (turn.committedUs ?? 0) >= endUs;

const covers = (stretch: Stretch, t: Micros): boolean =>
  stretch.startUs <= t && (stretch.endUs === undefined || t < stretch.endUs);
