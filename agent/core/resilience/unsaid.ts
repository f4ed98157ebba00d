// Two transcripts of the same audio: what of the second is new when a part of the first was told already.
// Where the second holds the last words that were told, it goes on behind them; where they heard different
// words, behind as many as were told.

export function unsaid(told: string, text: string): string {
  const before = wordsIn(told);
  const words = wordsIn(text);
  let from = before.length;
  let longest = 0;
  for (let end = 1; end <= words.length; end += 1) {
    const same = sameEnding(before, words.slice(0, end));
    const nearer = Math.abs(end - before.length) < Math.abs(from - before.length);
    if (same < longest || (same === longest && !nearer) || same === 0) continue;
    longest = same;
    from = end;
  }
  return words.slice(from).join(' ');
}

/** How many of the last words of both are the same. */
function sameEnding(one: readonly string[], other: readonly string[]): number {
  const most = Math.min(one.length, other.length);
  for (let same = 0; same < most; same += 1) {
    if (bare(one.at(-1 - same) ?? '') !== bare(other.at(-1 - same) ?? '')) return same;
  }
  return most;
}

const wordsIn = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
const bare = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}']+/gu, '');
