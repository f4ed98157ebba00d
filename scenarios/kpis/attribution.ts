// Whose words they were that an ear heard. A network that holds speech up brings the end of one reply to
// the ear when the next has long left the agent, so that time alone cannot tell; but replies sound in
// order, and nothing is heard before it left. It says nothing of words that no reply contained.
import type { Micros } from '#agent/core/time.ts';
import { wordsOf } from './word.ts';

/** What a reply gave to the voice, and when its first audible packet left. */
export type Voiced = { readonly text: string; readonly leftUs: Micros };
type Heard = { readonly text: string; readonly onsetUs: Micros };

/**
 * For each word, in the order in which they were heard, the index of its reply; undefined where none has
 * it. The assignment keeps the order, explains as many words as can be, and of several such ones takes
 * the latest reply for the latest words. Takes time for every word, and for the square of the words that
 * were said and not heard or heard and not said: a conversation of any length in which most are both.
 */
export function attribute(
  heard: readonly Heard[],
  replies: readonly Voiced[],
): readonly (number | undefined)[] {
  const said = replies.flatMap(({ text, leftUs }, reply) =>
    wordsOf(text).map((word) => ({ word, leftUs, reply })),
  );
  const words = heard.map(({ text, onsetUs }) => ({ word: wordsOf(text).join(' '), onsetUs }));
  const fits = (row: number, column: number): boolean => {
    const [one, other] = [words[row - 1], said[column - 1]];
    return one !== undefined && other !== undefined && one.word === other.word && one.onsetUs >= other.leftUs;
  };
  const fronts = frontsOf(words.length, said.length, fits);
  const owners = new Array<number | undefined>(words.length).fill(undefined);
  let odd = fronts.length - 1;
  for (let row = words.length, column = said.length; row > 0 && column > 0; ) {
    if (fits(row, column)) {
      owners[row - 1] = said[column - 1]?.reply;
      row -= 1;
      column -= 1;
      continue;
    }
    // Without the last heard word as many are explained when the rest has one odd word less.
    odd -= 1;
    if (reached(fronts[odd], column - row + 1) >= row - 1) row -= 1;
    else column -= 1;
  }
  return owners;
}

/**
 * How far so many odd words lead (Myers, An O(ND) Difference Algorithm, 1986): of each diagonal, which is
 * columns less rows, the last row up to which all others are explained in pairs.
 */
type Front = { readonly low: number; readonly rows: Int32Array };

const reached = (front: Front | undefined, diagonal: number): number =>
  front?.rows[diagonal - front.low] ?? -1;

/** By the number of odd words, until all `height` heard and `width` said words are passed. */
function frontsOf(
  height: number,
  width: number,
  fits: (row: number, column: number) => boolean,
): readonly Front[] {
  const fronts: Front[] = [];
  for (let odd = 0; odd <= height + width; odd += 1) {
    const [low, high] = [-Math.min(odd, height), Math.min(odd, width)];
    const rows = new Int32Array(high - low + 1).fill(-1);
    const last = fronts.at(-1);
    for (let diagonal = low; diagonal <= high; diagonal += 1) {
      if ((diagonal + odd) % 2 !== 0) continue;
      const heardMore = Math.min(height, reached(last, diagonal + 1) + 1);
      const saidMore = Math.min(width - diagonal, reached(last, diagonal - 1));
      let row = Math.max(heardMore, saidMore, 0);
      while (fits(row + 1, row + diagonal + 1)) row += 1;
      rows[diagonal - low] = row;
    }
    fronts.push({ low, rows });
    if (reached(fronts.at(-1), width - height) >= height) break;
  }
  return fronts;
}
