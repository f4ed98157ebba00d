// Where the words lie in audio whose voice does not say: in proportion to what each takes to be said,
// letters and the pause of its punctuation. An estimate, right to about a word; a voice that tells its
// words' times is never estimated.
import type { Word } from '../core/provider.ts';
import type { Micros } from '../core/time.ts';

/** Of unhurried English, where only the text is known. */
const US_PER_UNIT: Micros = 62_000;
/** The gap before the next word. */
const GAP = 1;

/** The words of `text`, spread over the audio from `startUs` to `endUs`. */
export function spreadWords(text: string, startUs: Micros, endUs: Micros): readonly Word[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const units = words.reduce((sum, word) => sum + unitsOf(word), 0);
  const perUnit = units === 0 ? 0 : (endUs - startUs) / units;
  return placed(words, startUs, perUnit);
}

/** The words of `text` that fit into the audio from `startUs` to `endUs`, at a usual pace. */
export const wordsWithin = (text: string, startUs: Micros, endUs: Micros): readonly Word[] =>
  placed(
    text.split(/\s+/).filter((word) => word !== ''),
    startUs,
    US_PER_UNIT,
  ).filter((word) => word.endUs <= endUs);

function placed(words: readonly string[], startUs: Micros, perUnit: number): readonly Word[] {
  let at = 0;
  return words.map((word) => {
    const from = startUs + Math.round(at * perUnit);
    const units = unitsOf(word);
    const spoken = units - GAP - pauseOf(word);
    at += units;
    return { text: word, startUs: from, endUs: from + Math.round(spoken * perUnit) };
  });
}

const unitsOf = (word: string): number => Math.max(1, word.length) + GAP + pauseOf(word);

function pauseOf(word: string): number {
  if (/[.!?…]["')\]]*$/.test(word)) return 6;
  return /[,;:–—]["')\]]*$/.test(word) ? 3 : 0;
}
