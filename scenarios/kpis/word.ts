// Words as KPIs compare them: what was said, recognised, believed and heard, without case and
// punctuation. Pure; it judges sameness of words, never of meaning.

/** The words of `text` in comparable form; tokens without a letter or digit are no words. */
export function wordsOf(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .map(comparable)
    .filter((word) => word !== '');
}

const comparable = (token: string): string =>
  token
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[^\p{L}\p{N}']+/gu, '')
    .replaceAll(/^'+|'+$/g, '');

/** Fewest insertions, deletions and substitutions of words that turn one list into the other. */
export function wordErrors(reference: readonly string[], hypothesis: readonly string[]): number {
  let row = Array.from({ length: hypothesis.length + 1 }, (_, index) => index);
  for (const [at, word] of reference.entries()) {
    const next = [at + 1];
    for (const [index, other] of hypothesis.entries()) {
      const changed = (row[index] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[hypothesis.length] ?? 0;
}

/** Number of words that both lists have in the same order (longest common subsequence). */
export function wordsInCommon(one: readonly string[], other: readonly string[]): number {
  let row = new Array<number>(other.length + 1).fill(0);
  for (const word of one) {
    const next = [0];
    for (const [index, candidate] of other.entries()) {
      const kept = Math.max(row[index + 1] ?? 0, next[index] ?? 0);
      next.push(word === candidate ? (row[index] ?? 0) + 1 : kept);
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
