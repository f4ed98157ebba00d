// How many tokens a text costs, counted as the gpt-oss models count (the o200k vocabulary). The
// vocabulary takes about 200 ms and 60 MB to load, so it is loaded by the first count and not by the
// import; after that a sentence takes about 5 µs (Node 24, x64).
import { createRequire } from 'node:module';

type Encoding = typeof import('gpt-tokenizer/encoding/o200k_harmony');

const MEMO_CHARS_MAX = 256;
const MEMO_SIZE_MAX = 4_096;

const memo = new Map<string, number>();
let encoding: Encoding | undefined;

/** Tokens in `text` as plain text: control tokens written out in it count as the letters they are. */
export function countTokens(text: string): number {
  if (text.length > MEMO_CHARS_MAX) return count(text);
  const known = memo.get(text);
  if (known !== undefined) return known;
  const tokens = count(text);
  // Emptied rather than aged: the same prompts come back at once, and the values never change.
  if (memo.size >= MEMO_SIZE_MAX) memo.clear();
  memo.set(text, tokens);
  return tokens;
}

function count(text: string): number {
  encoding ??= createRequire(import.meta.url)('gpt-tokenizer/encoding/o200k_harmony') as Encoding;
  return encoding.countTokens(text, PLAIN);
}

const PLAIN = { disallowedSpecial: new Set<string>() };
