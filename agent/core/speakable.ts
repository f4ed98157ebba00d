// What of a model's text can be read aloud: the words, without the marks that are meant for the eye.
// Emphasis, headings, list marks, links and emoji go; numbers, times, names and punctuation stay as they
// are. Of a piece that holds nothing else, nothing is left. The conversation remembers what was spoken.

/** `text`, a piece of a reply that was cut between words, as it is to be spoken; '' for nothing. */
export function speakable(text: string): string {
  return text
    .replace(FENCE, ' ')
    .replace(LINE_MARK, '')
    .replace(LINK, '$1')
    .replace(LINK_REST, '')
    .replace(EMPHASIS, '')
    .replace(UNDERLINE, '')
    .replace(EMOJI, ' ')
    .replace(EMOJI_PART, '')
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,!?;:…])/g, '')
    .trim()
    .replace(NOTHING_TO_SAY, '');
}

/** ``` and the language behind it; a rule; the bars of a table. */
const FENCE = /```\w*|^\s*(?:-{3,}|\*{3,}|_{3,})\s*$|\|/gm;
/** Headings, list marks and quotes at the beginning of a line. Numbers of a list are words. */
const LINE_MARK = /^\s*(?:#{1,6}\s+|[-*+•]\s+|>\s?)+/gm;
/** [words](address), and an image; of one that was cut in two, the rest. */
const LINK = /!?\[([^\][]*)\]\([^()\s]*\)/g;
const LINK_REST = /\]\([^()\s]*\)|!?\[(?=[^\]]*$)/g;
/** Asterisks, backticks and tildes around words, not between numbers. */
const EMPHASIS = /(?<!\d)[*`]+(?=\S)|(?<=\S)[*`]+(?!\d)|~~/g;
/** Underscores around words, not within a name. */
const UNDERLINE = /(?<![\p{L}\p{N}_])_+(?=\S)|(?<=\S)_+(?![\p{L}\p{N}_])/gu;
/** Pictures; © ® ™ and arrows are signs with a name. And what varies or joins pictures, and flags. */
const EMOJI = /(?![©®™↔-↪])\p{Extended_Pictographic}/gu;
const EMOJI_PART = /[\u{1F1E6}-\u{1F1FF}\u{1F3FB}-\u{1F3FF}\u{E0020}-\u{E007F}]|\u{FE0F}|\u{200D}|\u{20E3}/gu;
/** Neither letter, digit nor sign. */
const NOTHING_TO_SAY = /^[^\p{L}\p{N}\p{S}%&@#]*$/u;
