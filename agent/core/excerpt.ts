// The part of a text that is kept when all of it is too much: the end of what was said, because the
// newest words are the ones to be answered, or the beginning of a prompt. Cuts fall between words where
// one is near, and never inside a character.
import type { CountTokens } from './context/window.ts';

/** The last `charsMax` characters of `text`, or a few less. */
export function lastChars(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const from = text.length - charsMax;
  const kept = text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from);
  const space = kept.slice(0, Math.min(WORD_CHARS, charsMax / 2)).indexOf(' ');
  return kept.slice(space + 1);
}

/** The first `charsMax` characters of `text`, or a few less. */
export function firstChars(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const kept = text.slice(0, wholeCharacters(text, charsMax));
  const space = kept.lastIndexOf(' ');
  return space > 0 && kept.length - space <= Math.min(WORD_CHARS, charsMax / 2) ? kept.slice(0, space) : kept;
}

/**
 * As much of `text` as `keep` leaves within `tokensMax`; less than could be kept by no more than a tenth
 * where tokens are of equal length. Each round makes the text shorter by at least a twentieth, so there
 * are few of them.
 */
export function withinTokens(
  text: string,
  tokensMax: number,
  countTokens: CountTokens,
  keep: (text: string, charsMax: number) => string,
): string {
  let kept = text;
  for (let tokens = countTokens(kept); tokens > tokensMax && kept !== ''; tokens = countTokens(kept)) {
    kept = keep(kept, Math.floor(kept.length * Math.min(Math.max(0, tokensMax) / tokens, 0.95)));
  }
  return kept;
}

/** `length`, or one less where it would cut a character of two units in half. */
export const wholeCharacters = (text: string, length: number): number =>
  length > 0 && isLowSurrogate(text.charCodeAt(length)) ? length - 1 : length;

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** A space nearer than this is worth a cut that falls between words. */
const WORD_CHARS = 40;
