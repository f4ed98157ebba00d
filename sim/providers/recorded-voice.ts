// A voice that has been recorded: whatever it is given to say is cut, word by word, out of what it has said
// before. Pieces of a known text sound as they do in it; a text with a word that is not found in that order
// is spoken by the synthetic voice instead, so that nothing is ever left unsaid.
import { spokenForm } from './phone.ts';
import type { Speaker } from './speech.ts';
import { type SpokenWord, type Utterance, Voice } from './voice.ts';

/** Something the voice has said; words in order, spans in samples. */
export type Saying = {
  readonly words: readonly SpokenWord[];
  /** Mono, at the rate of the voice; may be unpacked on first use. */
  readonly pcm: Int16Array;
};

/** Silence that is kept around a piece. */
const EDGE_SECONDS = 0.04;
const STOP_SECONDS = 0.25;

export class RecordedVoice implements Speaker {
  readonly #sayings: readonly Saying[];
  readonly #rate: number;
  readonly #otherwise: Voice;

  constructor(sayings: readonly Saying[], rate: number) {
    this.#sayings = sayings;
    this.#rate = rate;
    this.#otherwise = new Voice(rate);
  }

  utterance(text: string): Utterance {
    const wanted = Array.from(text.matchAll(/\S+/g), ([written]) => written).filter(
      (written) => spokenForm(written) !== '',
    );
    for (const saying of this.#sayings) {
      const first = placeOf(wanted, saying.words);
      if (first !== undefined) return this.#cut(text, wanted, saying, first);
    }
    return this.#otherwise.utterance(text);
  }

  #cut(text: string, wanted: readonly string[], { words, pcm }: Saying, first: number): Utterance {
    const edge = Math.round(EDGE_SECONDS * this.#rate);
    const spans = words.slice(first, first + wanted.length);
    const begin = spans[0]?.startSample ?? 0;
    const end = spans.at(-1)?.endSample ?? begin;
    const from = Math.max(words[first - 1]?.endSample ?? 0, begin - edge);
    const following = words[first + wanted.length]?.startSample;
    // Up to the next word the pause is this piece's; at the end of all it is as long as after a sentence.
    const until = following ?? end + Math.round(STOP_SECONDS * this.#rate);
    const cut = new Int16Array(until - from);
    cut.set(pcm.subarray(from, Math.min(until, pcm.length)));
    const spoken = spans.map(({ startSample, endSample }, at) => ({
      text: wanted[at] ?? '',
      startSample: startSample - from,
      endSample: endSample - from,
    }));
    const chars = Array.from(text);
    return { pcm: cut, words: spoken, chars, charStart: startsOf(chars, spoken, cut.length) };
  }
}

/** Where these words stand one after the other; undefined when they do not. */
function placeOf(wanted: readonly string[], words: readonly SpokenWord[]): number | undefined {
  if (wanted.length === 0) return undefined;
  const forms = wanted.map(spokenForm);
  for (let first = 0; first + forms.length <= words.length; first += 1) {
    if (forms.every((form, at) => form === spokenForm(words[first + at]?.text ?? ''))) return first;
  }
  return undefined;
}

/** Letters share their word evenly; what is between words belongs to the pause. */
function startsOf(
  chars: readonly string[],
  words: readonly SpokenWord[],
  length: number,
): Int32Array<ArrayBuffer> {
  const starts = new Int32Array(chars.length + 1);
  let word = -1;
  let letter = 0;
  let inside = false;
  for (const [index, char] of chars.entries()) {
    const blank = /\s/u.test(char);
    if (!blank && !inside && isSpoken(chars, index)) {
      word += 1;
      letter = 0;
    }
    inside = !blank && (inside || isSpoken(chars, index));
    const span = words[word];
    if (span === undefined) starts[index] = 0;
    else if (!inside) starts[index] = span.endSample;
    else {
      const share = Math.min(1, letter / Math.max(1, span.text.length));
      starts[index] = span.startSample + Math.floor((span.endSample - span.startSample) * share);
      letter += 1;
    }
  }
  starts[chars.length] = length;
  // The very first character has the silence before it.
  if (chars.length > 0) starts[0] = 0;
  return starts;
}

/** Whether the word that begins at `index` is spoken at all: a dash is not. */
function isSpoken(chars: readonly string[], index: number): boolean {
  let end = index;
  while (end < chars.length && !/\s/u.test(chars[end] ?? ' ')) end += 1;
  return spokenForm(chars.slice(index, end).join('')) !== '';
}
