// What the simulated caller does, as plain data: it can be generated, shrunk, stored and replayed.
// The readable language that writes it is in `scenarios/script`.
import type { Moment } from './moment.ts';

export type CallerScript = {
  /** Recorded voice that speaks every line. */
  readonly voice: string;
  readonly acts: readonly Act[];
  /** What sounds around the caller; quiet when absent. */
  readonly surroundings?: readonly Surrounding[];
  /** What the way from the room to the client does to the sound; nothing when absent. */
  readonly line?: CallerLine;
  /** Moments at which the connection breaks; none when absent. */
  readonly outages?: readonly Outage[];
};

/**
 * Spoken text must exist as a recording; pauses are silence inside one utterance. `as` says what a part is
 * for whoever judges the call; it sounds the same without.
 */
export type Part =
  | { readonly text: string; readonly as?: PartRole }
  | { readonly pauseMs: number; readonly as?: PartRole };

export type PartRole = 'hesitation' | 'correction' | 'dictation';

export type Act =
  /** Speaks when the agent has finished (or never began), after a human gap. */
  | {
      readonly kind: 'say';
      readonly parts: readonly Part[];
      readonly meanwhile?: readonly Happening[];
      /** Says it again, up to `times`, whenever nothing is heard within `afterMs` of its end. */
      readonly insists?: { readonly afterMs: number; readonly times: number };
    }
  /** Speaks over the agent, at a moment of its reply. */
  | (Moment & {
      readonly kind: 'interrupt';
      readonly parts: readonly Part[];
      readonly meanwhile?: readonly Happening[];
    })
  /** Says nothing for a while after the agent has finished. */
  | { readonly kind: 'wait'; readonly forMs: number }
  /** Begins to speak and hangs up in the middle, `afterMs` after the first word began. */
  | { readonly kind: 'break_off'; readonly parts: readonly Part[]; readonly afterMs: number }
  /** Hangs up when the agent has finished, or at a moment of its reply. */
  | { readonly kind: 'hang_up'; readonly at?: Moment };

/** Something that is heard at the microphone during the reply to an act, and is nobody's turn. */
export type Happening = { readonly at: Moment } & (
  | { readonly kind: 'backchannel'; readonly text: string }
  | { readonly kind: 'cough' }
  /** The caller, or somebody else, speaks to a third person. `levelDb`: against the caller's own voice. */
  | { readonly kind: 'side_talk'; readonly voice: string; readonly text: string; readonly levelDb: number }
  | { readonly kind: 'noise'; readonly sound: string; readonly snrDb: number; readonly forMs: number }
);

/** A sound of the sound pack, on and on, from the begin of one act to that of another (or to the end). */
export type Surrounding = {
  readonly sound: string;
  /** Against the caller's voice. */
  readonly snrDb: number;
  readonly fromAct: number;
  readonly untilAct?: number;
};

export type CallerLine = {
  /** The agent's voice comes back at the microphone, so much later and so much fainter than the caller's. */
  readonly echo?: { readonly delayMs: number; readonly lossDb: number };
  /** 8 kHz, µ-law, as on a telephone. */
  readonly band?: 'telephone';
};

/**
 * The connection breaks, `afterMs` after the first word of `act` or after the first sound of the reply to it:
 * nothing passes for `forMs`, then the client comes back to its session.
 */
export type Outage = {
  readonly act: number;
  readonly during: 'speech' | 'reply';
  readonly afterMs: number;
  readonly forMs: number;
  /** The agent's end is told at once; otherwise it finds out by itself. */
  readonly reset?: boolean;
};

/** The words of an utterance, without its pauses. */
export const spokenText = (parts: readonly Part[]): string =>
  parts.flatMap((part) => ('text' in part ? [part.text] : [])).join(' ');

/** Whether anything but the caller's own lines can reach the microphone: sound that no table knows. */
export const isMixed = ({ acts, surroundings = [], line = {} }: CallerScript): boolean =>
  surroundings.length > 0 ||
  line.echo !== undefined ||
  line.band !== undefined ||
  acts.some((act) => 'meanwhile' in act && (act.meanwhile?.length ?? 0) > 0);

/** The moment of the agent's reply at which the act begins, for those that do not wait for its end. */
export function momentOf(act: Act | undefined): Moment | undefined {
  if (act?.kind === 'interrupt') return act;
  return act?.kind === 'hang_up' ? act.at : undefined;
}
