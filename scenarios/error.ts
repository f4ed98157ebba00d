// What a user of the command line did or lacks, as a value: what is wrong, where, and what to do about
// it. Always three lines, never a stack trace; bugs of ours are not reported this way.

export type UserError = {
  /** What is wrong, in one sentence. */
  readonly what: string;
  /** File and line, flag, variable or field. */
  readonly where: string;
  /** What to do, with the allowed values where there are few. */
  readonly todo: string;
  /** 2: bad usage or input; 3: the environment lacks something. */
  readonly exit: 2 | 3;
};

/** Three lines: what, where, what to do. */
export function formatError(error: UserError): string {
  return `${flat(error.what)}\n  at: ${flat(error.where)}\n  do: ${flat(error.todo)}`;
}

/** The name nearest to `wanted`, if one is near enough to be what was meant. */
export function nearest(wanted: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 2)) + 1;
  for (const name of known) {
    const distance = name.startsWith(wanted) ? 1 : editDistance(wanted, name);
    if (distance >= bestDistance) continue;
    best = name;
    bestDistance = distance;
  }
  return best;
}

const flat = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');

/** Levenshtein's: insertions, deletions and substitutions from one to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= to.length; index += 1) {
      const same = from[at - 1] === to[index - 1] ? 0 : 1;
      const changed = (row[index - 1] ?? 0) + same;
      next.push(Math.min(changed, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
