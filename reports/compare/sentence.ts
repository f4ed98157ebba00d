// Sentences whose numbers know where they come from: the page hangs an explanation on each of them, the
// Markdown prints them plain.
import type { Origin } from './origin.ts';

export type Figured = { readonly text: string; readonly origin: Origin };
export type Sentence = readonly (string | Figured)[];
export type Advice = { readonly title: Sentence; readonly text: Sentence };

/** A number in a sentence. */
export const num = (text: string, origin: Origin): Figured => ({ text, origin });

/** A template of words, numbers and other sentences. */
export function say(words: TemplateStringsArray, ...values: (string | Figured | Sentence)[]): Sentence {
  const parts: (string | Figured)[] = [];
  for (const [index, word] of words.entries()) {
    if (word !== '') parts.push(word);
    const value = values[index];
    if (value === undefined) continue;
    if (typeof value === 'string' || 'origin' in value) parts.push(value);
    else parts.push(...value);
  }
  return parts;
}

export const plain = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : part.text)).join('');

/** With a mark between them. */
export const joined = (parts: readonly Sentence[], mark = ', '): Sentence =>
  parts.flatMap((part, index) => (index === 0 ? part : [mark, ...part]));

/** With a capital. */
export function upper(sentence: Sentence): Sentence {
  const [first = '', ...rest] = sentence;
  return typeof first === 'string' ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : sentence;
}
