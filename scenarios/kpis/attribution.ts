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
 * the latest reply for the latest words.
 */
export function attribute(
  heard: readonly Heard[],
  replies: readonly Voiced[],
): readonly (number | undefined)[] {
  const said = replies.flatMap(({ text, leftUs }, reply) =>
    wordsOf(text).map((word) => ({ word, leftUs, reply })),
  );
  const words = heard.map(({ text, onsetUs }) => ({ word: wordsOf(text).join(' '), onsetUs }));
  const width = said.length + 1;
  /** Most words explained of the first `row` heard by the first `column` said. */
  const most = new Uint32Array((words.length + 1) * width);
  const fits = (row: number, column: number): boolean => {
    const [one, other] = [words[row - 1], said[column - 1]];
    return one !== undefined && other !== undefined && one.word === other.word && one.onsetUs >= other.leftUs;
  };
  const at = (row: number, column: number): number => most[row * width + column] ?? 0;
  for (let row = 1; row <= words.length; row += 1) {
    for (let column = 1; column < width; column += 1) {
      const kept = Math.max(at(row - 1, column), at(row, column - 1));
      most[row * width + column] = fits(row, column) ? Math.max(kept, at(row - 1, column - 1) + 1) : kept;
    }
  }
  const owners = new Array<number | undefined>(words.length).fill(undefined);
  for (let row = words.length, column = said.length; row > 0 && column > 0; ) {
    if (fits(row, column) && at(row, column) === at(row - 1, column - 1) + 1) {
      owners[row - 1] = said[column - 1]?.reply;
      row -= 1;
      column -= 1;
    } else if (at(row - 1, column) === at(row, column)) row -= 1;
    else column -= 1;
  }
  return owners;
}
