// The trace joined into exchanges: what the caller said, the turns the agent made of it, and the reply
// that answers it. Ground truth comes from the caller's mouth and ear, never from the agent; a turn is
// given to the act whose speech it last heard, so a hesitation may own several turns; one that heard
// nothing but noise, echo or other people is nobody's.
import type { Micros } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { soundEventsOf } from './event.ts';
import { type Hearing, hearingsOf, type Stretch, stretchesOf } from './hearing.ts';
import { Intervals, lastUpTo } from './interval.ts';
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
  const owned = ownedBy(acts, turns, facts);
  const answers = new Map(replies.map((reply) => [reply.number, reply]));
  const heard = new Map(hearings.map((hearing) => [hearing.reply, hearing]));
  const sounding = soundingOf(hearings);
  const exchanges = acts.map((act, index): Exchange => {
    const { turns: own = [], finals = [] } = owned.get(index) ?? {};
    const answering = own.findLast((turn) => turn.committedUs !== undefined && isAfter(turn, act.endUs));
    const reply = answering?.reply === undefined ? undefined : answers.get(answering.reply);
    const over = sounding.at(act.onsetUs);
    return {
      ...act,
      nextOnsetUs: acts[index + 1]?.onsetUs,
      turns: own,
      premature: own.filter((turn) => turn.committedUs !== undefined && !isAfter(turn, act.endUs)),
      answering,
      reply,
      hearing: reply && heard.get(reply),
      over: over.length === 0 ? undefined : hearings[Math.min(...over)],
      finals,
    };
  });
  return { exchanges, turns, replies, hearings, stretches };
}

/** Indices of the replies by the stretches in which they sounded. */
const soundingOf = (hearings: readonly Hearing[]): Intervals<number> =>
  new Intervals(
    hearings.flatMap(({ stretches }, what) =>
      stretches.map(({ startUs, endUs = Number.POSITIVE_INFINITY }) => ({
        fromUs: startUs,
        untilUs: endUs,
        what,
      })),
    ),
  );

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

type Owned = { readonly turns: Turn[]; readonly finals: string[] };

/** What belongs to each act, by its index: the turns it owns, and the transcripts of its speech. */
function ownedBy(
  acts: readonly SpokenAct[],
  turns: readonly Turn[],
  facts: readonly Fact[],
): ReadonlyMap<number, Owned> {
  const owned = new Map(acts.map((_, index): [number, Owned] => [index, { turns: [], finals: [] }]));
  const spoken = new Intervals(
    acts.map(({ onsetUs, endUs = Number.POSITIVE_INFINITY }) => ({
      fromUs: onsetUs,
      untilUs: endUs + EARLY_US + 1,
      what: 'act',
    })),
  );
  const sounds = new Intervals(
    soundEventsOf(facts).map(({ atUs, untilUs }) => ({
      fromUs: atUs,
      untilUs: untilUs + LATE_US + 1,
      what: 'sound',
    })),
  );
  const isSpeech = (t: Micros): boolean => spoken.at(t).length > 0 || sounds.at(t).length === 0;
  for (const turn of turns) {
    const owner = ownerOf(acts, turn, isSpeech);
    if (owner === NOBODY) continue;
    owned.get(owner)?.turns.push(turn);
    for (const { t, text } of turn.finals) {
      // A final answers the finalize before it, and that asks for the speech before that.
      const askedUs = turn.finalizesUs.findLast((us) => us <= t) ?? t;
      owned.get(actAt(acts, askedUs))?.finals.push(text);
    }
  }
  return owned;
}

/** Index of the act whose speech the turn last heard; a typed turn belongs where it was committed. */
function ownerOf(acts: readonly SpokenAct[], turn: Turn, isSpeech: (t: Micros) => boolean): number {
  const heardUs = turn.speeches.map(({ startUs }) => startUs + EARLY_US);
  if (heardUs.length === 0) return actAt(acts, turn.committedUs ?? turn.lastUs);
  const t = heardUs.findLast(isSpeech);
  return t === undefined ? NOBODY : actAt(acts, t);
}

/** Acts are spoken one after the other. */
const actAt = (acts: readonly SpokenAct[], t: Micros): number => lastUpTo(acts, (act) => act.onsetUs, t);

const isAfter = (turn: Turn, endUs: Micros | undefined): boolean =>
  endUs !== undefined && (turn.committedUs ?? 0) >= endUs;
