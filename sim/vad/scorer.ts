// What the voice activity model says of a call's windows: recorded scores where the window is one that was
// recorded, and the model itself where it is a mix that nobody could record. It promises the scores that
// the model alone would give: where the recordings end it is first shown what came since it last forgot.

import { samplesOf } from '#agent/core/pcm.ts';
import { isAudible } from '#agent/core/playout/audible.ts';
import type { SpeechTable } from '../caller/speech-table.ts';
import type { SileroNet, SileroNetStream } from './silero-net.ts';

/** Score 0…1024 of a window of 1,024 bytes; windows are given in order. */
export type Scorer = (pcm: Uint8Array) => number;

/**
 * Recorded scores by content. Sound that was damaged on its way was never recorded: while it is loud
 * it goes on as before, a little less sure with every window, as the model does with concealed speech.
 */
export function recordedScorer(table: SpeechTable): Scorer {
  let last = 0;
  return (pcm) => {
    last = table.scoreOf(pcm) ?? (isAudible(pcm) ? Math.floor(last * DAMAGED_SURENESS) : 0);
    return last;
  };
}

const DAMAGED_SURENESS = 0.9;

/** Recorded scores, and the model's own for all that was never recorded. */
export function modelScorer(table: SpeechTable, net: SileroNet): Scorer {
  const past = new Past();
  let live: SileroNetStream | undefined;
  return (pcm) => {
    const recorded = table.scoreOf(pcm);
    if (recorded !== undefined && (live === undefined || live.forgotten)) {
      live = undefined;
      past.add(pcm, recorded);
      return recorded;
    }
    if (live === undefined) {
      live = net.stream();
      for (const window of past.windows) live.score(window);
    }
    const window = samplesOf(pcm).slice();
    const score = live.score(window);
    past.add(pcm, score);
    return score;
  };
}

/** A window below this is quiet, and after six of them the model is as new: see `agent/io/silero`. */
const QUIET_BELOW = 51;
const FORGET_AFTER = 6;
/** 8 s of speech without a pause of 0.2 s: of a longer past the model would remember little. */
const WINDOWS_MAX = 256;

/** The windows since the model last forgot, and the one before them, whose end it still sees. */
class Past {
  windows: Int16Array[] = [];
  #quiet = 0;

  add(pcm: Uint8Array, score: number): void {
    this.#quiet = score < QUIET_BELOW ? this.#quiet + 1 : 0;
    if (this.#quiet >= FORGET_AFTER || this.windows.length >= WINDOWS_MAX) this.windows = [];
    this.windows.push(samplesOf(pcm).slice());
  }
}
