// What the words so far look like, as far as ending a turn goes: a finished clause, a question, a
// thought left hanging, a number being dictated. A score, not a verdict: how long the caller must be
// silent before it counts is the endpoint's business. English; other languages get by on punctuation.

export type Shape = 'none' | 'filler' | 'trailing' | 'digits' | 'open' | 'number' | 'complete' | 'question';

/** How sure one can be that the turn is over, per mille. */
export const SHAPE_SCORE: Readonly<Record<Shape, number>> = {
  none: 100,
  filler: 60,
  trailing: 80,
  digits: 250,
  open: 350,
  number: 700,
  complete: 900,
  question: 950,
};

export function shapeOf(text: string): Shape {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined) return 'none';
  // A recogniser puts a full stop where it is asked for one: what hangs in the air still hangs.
  if (FILLERS.has(last)) return words.length > 1 || !ENDS.test(text) ? 'filler' : 'complete';
  // The full stop behind a row of digits is the recogniser's guess that it is whole.
  if (dictating(words)) return ENDS.test(text) ? 'number' : 'digits';
  if (HOLDING.test(text)) return 'filler';
  if (text.trimEnd().endsWith('?')) return 'question';
  if (HANGING.has(last) || /[,;:–—-]$|\.\.\.$|…$/.test(text.trimEnd())) return 'trailing';
  if (ENDS.test(text)) return 'complete';
  return LEANING.has(last) ? 'trailing' : 'open';
}

/** Lower-case words without punctuation, apostrophes kept. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** The same words, whatever stands between them. */
export function sameWords(one: string, other: string): boolean {
  if (one === other) return true;
  const [first, second] = [wordsOf(one), wordsOf(other)];
  return first.length === second.length && first.every((word, index) => word === second[index]);
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;
const ENDS = /[.!?]["'”’)\]]*\s*$/;
/** Asks for time, however finished it sounds. */
const HOLDING =
  /\b(let me (think|see|check|look)|hold on|hang on|(one|just a|give me a) (moment|second|minute)|wait)\W*$/i;
const FILLERS = new Set(['um', 'uh', 'er', 'erm', 'hmm', 'mm', 'like', 'well', 'uhm', 'ah', 'eh']);

/** Words that never end an English sentence, whatever full stop a recogniser puts behind them. */
const HANGING = new Set(
  `and or but because if when while although though unless until since which whose than as
   the a an my your its our their every of from into onto during between through`.split(/\s+/),
);
/** Words that may end one, and hardly ever do where no full stop follows. */
const LEANING = new Set(
  `so that who his her this these those some any to for with without in on at by about over under
   is are was were am be been being do does did have has had can could will would shall should may might
   must i'm i'd i'll you're we're they're it's that's there's not just really very also i you we they he
   she it`.split(/\s+/),
);

const DIGIT = /^\d+$/;
const DIGIT_WORDS = new Set('zero oh one two three four five six seven eight nine double triple'.split(' '));
/** Groups of a number, spoken digit by digit; a whole telephone number has so many digits. */
const DICTATED_MIN = 3;
const DICTATED_WHOLE = 10;

/** The last words are a row of digits that may well go on. */
function dictating(words: readonly string[]): boolean {
  let digits = 0;
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const word = words[at] ?? '';
    if (DIGIT.test(word)) digits += word.length;
    else if (DIGIT_WORDS.has(word)) digits += 1;
    else break;
  }
  return digits >= DICTATED_MIN && digits < DICTATED_WHOLE;
}
