// What it means that the caller is heard while the agent speaks: an interruption, a sign of listening,
// noise, the agent's own echo, or talk meant for somebody else. Judged from how long, how loud and which
// words; undecided until something speaks for one of them. Pure.
import type { OverlapSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { wordsOf } from './shape.ts';

export type OverlapClass = 'interruption' | 'backchannel' | 'noise' | 'echo' | 'side_talk';

export type OverlapEvidence = {
  /** Speech so far, from its first window to its last. */
  readonly speechUs: Micros;
  readonly speaking: boolean;
  /** The words so far; `settled`: no more will come for what was said. */
  readonly text: string;
  readonly settled: boolean;
  /** Loudness against this caller's usual, dB; undefined before they have said anything. */
  readonly levelDb: number | undefined;
  /** What the agent has been saying around this moment. */
  readonly spoken: string;
};

/** The class, or undefined while more has to be known. */
export function classify(evidence: OverlapEvidence, settings: OverlapSettings): OverlapClass | undefined {
  const { speechUs, speaking, text, settled, levelDb, spoken } = evidence;
  const words = wordsOf(text);
  const quiet = levelDb !== undefined && isQuiet(levelDb, settings);
  const known = settled && !speaking;
  if (settings.words === 'any') {
    if (words.length > 0 && (known || speechUs >= ms(settings.duckMs))) return 'interruption';
  } else {
    const faint = levelDb === undefined || levelDb <= ECHO_DB;
    if (faint && words.length > 0 && isEcho(words, spoken)) {
      return known || words.length >= 2 ? 'echo' : undefined;
    }
    if (words.some((word) => !BACKCHANNELS.has(word))) return quiet ? 'side_talk' : 'interruption';
  }
  if (known) return words.length > 0 ? 'backchannel' : 'noise';
  if (quiet || speechUs < ms(settings.confirmMs)) return undefined;
  // Nobody listens aloud for so long: these words are the beginning of more.
  return 'interruption';
}

/** Somebody else, further away. */
export const isQuiet = (levelDb: number, { quietDb }: OverlapSettings): boolean => levelDb <= -quietDb;

/** Nearly all words are among those that the agent has just said, in its order. */
function isEcho(words: readonly string[], spoken: string): boolean {
  const said = wordsOf(spoken);
  let [at, matched] = [0, 0];
  for (const word of words) {
    const found = said.indexOf(word, at);
    if (found < 0) continue;
    matched += 1;
    at = found + 1;
  }
  return matched >= ECHO_SHARE * words.length && !words.every((word) => BACKCHANNELS.has(word));
}

const ECHO_SHARE = 0.8;
/**
 * What comes back from a loudspeaker is fainter than the caller; as loud, it is the caller who repeats it.
 */
const ECHO_DB = -6;

const BACKCHANNELS = new Set(
  `mm hm mhm mmhm mm-hm uh huh uhhuh hmm hm yeah yep yes okay ok right sure ah oh aha i see got it
   really wow nice good great cool exactly true`.split(/\s+/),
);
