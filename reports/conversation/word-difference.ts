// Two texts side by side, word by word: what both say, what only the first says and what only the second
// says. Case and punctuation are no difference. Texts beyond the bound are compared by their beginnings.

/** `both` in the spelling of the first text. */
export type WordPart = { readonly in: 'both' | 'first' | 'second'; readonly text: string };

/** The table of the comparison has this many cells squared: a reply of ten minutes. */
const WORDS_MAX = 1_500;

export function compareWords(first: string, second: string): readonly WordPart[] {
  const one = tokensOf(first);
  const other = tokensOf(second);
  const lengths = commonLengths(one, other);
  const parts: { in: WordPart['in']; words: string[] }[] = [];
  const add = (place: WordPart['in'], word: string): void => {
    const last = parts.at(-1);
    if (last?.in === place) last.words.push(word);
    else parts.push({ in: place, words: [word] });
  };
  let [row, column] = [0, 0];
  while (row < one.length || column < other.length) {
    const left = one[row];
    const right = other[column];
    if (left !== undefined && right !== undefined && left.key === right.key) {
      add('both', left.text);
      row += 1;
      column += 1;
    } else if (left !== undefined && at(lengths, row + 1, column) >= at(lengths, row, column + 1)) {
      add('first', left.text);
      row += 1;
    } else if (right !== undefined) {
      add('second', right.text);
      column += 1;
    } else if (left !== undefined) {
      add('first', left.text);
      row += 1;
    }
  }
  return parts.map(({ in: place, words }) => ({ in: place, text: words.join(' ') }));
}

export const sameWords = (first: string, second: string): boolean =>
  compareWords(first, second).every(({ in: place }) => place === 'both');

type Token = { readonly text: string; readonly key: string };

/** Tokens without a letter or digit belong to the word before them. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const key = word
      .normalize('NFKC')
      .toLowerCase()
      .replaceAll('’', "'")
      .replaceAll(/[^\p{L}\p{N}']+/gu, '')
      .replaceAll(/^'+|'+$/g, '');
    const last = tokens.at(-1);
    if (key !== '') tokens.push({ text: word, key });
    else if (last !== undefined) tokens[tokens.length - 1] = { ...last, text: `${last.text} ${word}` };
    if (tokens.length >= WORDS_MAX) break;
  }
  return tokens;
}

/** Longest common subsequence of what follows each pair of places. */
function commonLengths(one: readonly Token[], other: readonly Token[]): readonly Uint16Array[] {
  const rows = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let row = one.length - 1; row >= 0; row -= 1) {
    const own = rows[row];
    if (own === undefined) continue;
    for (let column = other.length - 1; column >= 0; column -= 1) {
      own[column] =
        one[row]?.key === other[column]?.key
          ? at(rows, row + 1, column + 1) + 1
          : Math.max(at(rows, row + 1, column), at(rows, row, column + 1));
    }
  }
  return rows;
}

const at = (rows: readonly Uint16Array[], row: number, column: number): number => rows[row]?.[column] ?? 0;
