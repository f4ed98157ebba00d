// How many tokens a text costs, counted as the gpt-oss models count (the o200k vocabulary). The
// vocabulary takes 200 to 300 ms and 60 MB to load, which a server does before its first call; after
// that a sentence takes about 5 µs (Node 24, x64). No text, however made, stops the process for long.
import { createRequire } from 'node:module';
import { LIMITS } from '../core/limit.ts';

type Encoding = typeof import('gpt-tokenizer/encoding/o200k_harmony');

/**
 * The tokenizer takes quadratic time over what it cannot split: 20,000 letters without a space took
 * 0.2 to 3 s, and 30 ms at most in pieces of this length. Text that people write has no such runs.
 */
const ENDLESS = /\S{129}|\s{129}/u;
const PIECES = /\s?\S{1,128}|\s{1,128}/gu;

const memo = new Map<string, number>();
let encoding: Encoding | undefined;

/**
 * Loads the vocabulary now instead of at the first count, and counts until counting is fast: a sentence takes
 * 2 ms at first and 0.3 ms for some time after, in which somebody would wait for an answer.
 */
export function loadTokens(): void {
  const words = REHEARSAL.split(' ');
  for (const [first, word] of words.entries()) count(`${word} ${words.slice(first).join(' ')}`);
}

const REHEARSAL =
  "Good morning, what can I do for you today? I'd like to know whether the train to Lisbon leaves at half " +
  'past nine or later, and what 2 tickets cost; my brother is coming too, so please keep that in mind.';

/**
 * Tokens in `text` as plain text: control tokens written out in it count as the letters they are. A text
 * with more than 128 characters without a space is counted in pieces, by some percent too high.
 */
export function countTokens(text: string): number {
  if (text.length > LIMITS.tokenMemoCharsMax) return count(text);
  const known = memo.get(text);
  if (known !== undefined) return known;
  const tokens = count(text);
  // Emptied rather than aged: the same prompts come back at once, and the values never change.
  if (memo.size >= LIMITS.tokenMemoSizeMax) memo.clear();
  memo.set(text, tokens);
  return tokens;
}

function count(text: string): number {
  const { countTokens } = encodingOf();
  if (!ENDLESS.test(text)) return countTokens(text, PLAIN);
  let tokens = 0;
  for (const piece of text.match(PIECES) ?? []) tokens += countTokens(piece, PLAIN);
  return tokens;
}

function encodingOf(): Encoding {
  encoding ??= createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_harmony') as Encoding;
  return encoding;
}

const PLAIN = { disallowedSpecial: new Set<string>() };
