// What reached an ear during a stretch of a call: the samples where they sounded, and marks where voice
// was made up or was not there in the middle of a sound.

import { isAudible } from '#agent/core/playout/audible.ts';
import { type Micros, ms, toMs } from '#agent/core/time.ts';
import type { AudioPair } from '#reports/compare/compare-result.ts';
import type { HeardPiece } from '#sim/caller/client/client.ts';

export type Mark = AudioPair['marks'][number];
export type Stretch = { readonly fromUs: Micros; readonly lengthUs: Micros };

/** Marks closer than this are one to the eye and the ear. */
const APART_US: Micros = ms(30);
/** A longer silence is the end of a reply, not a stall in it. */
const STALL_US_MAX: Micros = ms(1_000);
/** A voice that was audible this shortly before a silence broke off; a finished one trails out. */
const TAIL_US: Micros = ms(60);

/** The samples of the stretch at `rate`; silence where nothing sounded. */
export function samplesOf(
  pieces: readonly HeardPiece[],
  { fromUs, lengthUs }: Stretch,
  rate: number,
): Int16Array {
  const samples = new Int16Array(Math.round((lengthUs * rate) / 1_000_000));
  for (const { pcm, startUs } of pieces) {
    const first = Math.round(((startUs - fromUs) * rate) / 1_000_000);
    const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    for (let at = Math.max(0, -first); at < pcm.length >> 1 && first + at < samples.length; at += 1)
      samples[first + at] = view.getInt16(2 * at, true);
  }
  return samples;
}

type Trouble = { startUs: Micros; endUs: Micros; kind: Mark['kind'] };

/**
 * In order of time, cut to the stretch; what was made up or missing between replies is no trouble.
 * `repliesUs`: when the agent sent the first sound of each of its replies.
 */
export function marksOf(
  pieces: readonly HeardPiece[],
  { fromUs, lengthUs }: Stretch,
  rate: number,
  repliesUs: readonly Micros[],
): readonly Mark[] {
  const all = merged([...concealments(pieces, rate), ...stalls(pieces, rate, repliesUs)]);
  return all.flatMap(({ startUs, endUs, kind }): readonly Mark[] => {
    const start = Math.max(0, startUs - fromUs);
    const end = Math.min(lengthUs, endUs - fromUs);
    return end <= start ? [] : [{ startMs: toMs(start), endMs: toMs(end), kind }];
  });
}

/**
 * A run of made-up sound. Where the stream came out longer by most of it, nothing was lost: the frames
 * came after all, too late.
 */
function concealments(pieces: readonly HeardPiece[], rate: number): readonly Trouble[] {
  const troubles: Trouble[] = [];
  let run: (Trouble & { damaged: number; added: number; audible: boolean }) | undefined;
  let audibleBefore = false;
  for (const piece of pieces) {
    const { startUs, damagedSamples: damaged, addedSamples: added } = piece;
    const audible = isAudible(piece.pcm);
    const endUs = startUs + durationUs(piece, rate);
    if (damaged > 0) {
      run ??= { startUs, endUs, kind: 'lost', damaged: 0, added: 0, audible: audibleBefore };
      run.damaged += damaged;
      run.endUs = endUs;
    }
    if (run !== undefined) {
      run.added += added;
      run.audible ||= audible;
      if (damaged === 0) {
        const { startUs: start, endUs: end } = run;
        if (run.audible)
          troubles.push({ startUs: start, endUs: end, kind: run.added > run.damaged / 2 ? 'late' : 'lost' });
        run = undefined;
      }
    }
    audibleBefore = audible;
  }
  return troubles;
}

/** Silence in the middle of a sound: the player had nothing to play. */
function stalls(
  pieces: readonly HeardPiece[],
  rate: number,
  repliesUs: readonly Micros[],
): readonly Trouble[] {
  return pieces.flatMap((piece, index): readonly Trouble[] => {
    const before = pieces[index - 1];
    if (piece.continues || before === undefined) return [];
    const startUs = before.startUs + durationUs(before, rate);
    const gapUs = piece.startUs - startUs;
    if (gapUs <= 0 || gapUs >= STALL_US_MAX || !endsAudible(before, rate)) return [];
    const next = repliesUs.some((sentUs) => before.arrivedUs < sentUs && sentUs <= piece.arrivedUs);
    return next ? [] : [{ startUs, endUs: piece.startUs, kind: 'stalled' }];
  });
}

function endsAudible({ pcm }: HeardPiece, rate: number): boolean {
  const tail = Math.round((TAIL_US * rate) / 1_000_000) * 2;
  return isAudible(pcm.subarray(Math.max(0, pcm.length - tail)));
}

function merged(troubles: readonly Trouble[]): readonly Trouble[] {
  const out: Trouble[] = [];
  for (const trouble of [...troubles].sort((one, other) => one.startUs - other.startUs)) {
    const last = out.at(-1);
    if (last !== undefined && last.kind === trouble.kind && trouble.startUs - last.endUs < APART_US)
      last.endUs = Math.max(last.endUs, trouble.endUs);
    else out.push({ ...trouble });
  }
  return out;
}

const durationUs = ({ pcm }: HeardPiece, rate: number): Micros =>
  Math.round(((pcm.length >> 1) * 1_000_000) / rate);
