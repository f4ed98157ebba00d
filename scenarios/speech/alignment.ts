// When each word of a line was spoken. The synthesizer names its phones, not our words ("900" becomes
// "nine hundred"), so every token is also pronounced alone and the two phone strings are aligned with
// the fewest edits. Promises one entry per whitespace-separated token, in order, without gaps of sense.

/** A phone and the span in which it sounds, in milliseconds from the start of the recording. */
export type Phone = { readonly name: string; readonly startMs: number; readonly endMs: number };

/** A span of phones, first and last included. */
export type PhoneSpan = { readonly first: number; readonly last: number };

/**
 * Which of `phones` each token covers; `tokens` are the phones of each token pronounced alone. A token
 * whose sounds vanished in the sentence takes the phone at its place.
 */
export function alignTokens(phones: readonly string[], tokens: readonly (readonly string[])[]): PhoneSpan[] {
  const alone = tokens.flatMap((token, index) => token.map((name) => ({ name, token: index })));
  const owner = ownerOfPhones(phones, alone);
  let next = 0;
  return tokens.map((_, token) => {
    const first = owner.indexOf(token);
    if (first < 0)
      return { first: Math.min(next, phones.length - 1), last: Math.min(next, phones.length - 1) };
    const last = owner.lastIndexOf(token);
    next = last + 1;
    return { first, last };
  });
}

/** For each phone of the sentence the token it belongs to: a walk back through the edit distances. */
function ownerOfPhones(
  phones: readonly string[],
  alone: readonly { readonly name: string; readonly token: number }[],
): number[] {
  const cost = distances(
    phones,
    alone.map(({ name }) => name),
  );
  const width = alone.length + 1;
  const at = (row: number, column: number): number => cost[row * width + column] ?? Number.POSITIVE_INFINITY;
  const owner = new Array<number>(phones.length).fill(0);
  let row = phones.length;
  let column = alone.length;
  while (row > 0) {
    const token = alone[Math.max(column - 1, 0)]?.token ?? 0;
    const change = phones[row - 1] === alone[column - 1]?.name ? 0 : 1;
    if (column > 0 && at(row, column) === at(row - 1, column - 1) + change) {
      owner[row - 1] = token;
      row--;
      column--;
    } else if (at(row, column) === at(row - 1, column) + 1) {
      owner[row - 1] = token;
      row--;
    } else column--;
  }
  return owner;
}

function distances(left: readonly string[], right: readonly string[]): number[] {
  const width = right.length + 1;
  const cost = new Array<number>((left.length + 1) * width).fill(0);
  for (let row = 0; row <= left.length; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (row === 0 || column === 0) {
        cost[at] = row + column;
        continue;
      }
      const change = left[row - 1] === right[column - 1] ? 0 : 1;
      cost[at] = Math.min(
        (cost[at - width - 1] ?? 0) + change,
        (cost[at - width] ?? 0) + 1,
        (cost[at - 1] ?? 0) + 1,
      );
    }
  }
  return cost;
}
