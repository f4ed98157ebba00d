// A network written out in words, `delay=40ms jitter=15ms loss=2% burst=3 rate=1mbit`: the language of
// the command line, and of the measured tables (bare numbers in their units). Words after `up:` or
// `down:` are for that direction only. What is not understood is refused with the word that is wrong.
import { readDirection } from './direction-word.ts';
import type { Impairment } from './impairment.ts';
import { Words } from './word.ts';

export type Parsed =
  | { readonly ok: true; readonly impairment: Impairment }
  | { readonly ok: false; readonly reason: string };

/** `loadTrace` reads a trace that `trace=<path>` names; its answer is its text, or undefined. */
export function parseWritten(text: string, loadTrace: (path: string) => string | undefined): Parsed {
  const words = splitSides(text);
  if (typeof words === 'string') return { ok: false, reason: words };
  const read = (side: 'up' | 'down') => {
    const own = words[side];
    const label = (key: string) => (own.has(key) ? `${side}:${key}` : key);
    return readDirection(new Words(new Map([...words.both, ...own]), label), loadTrace);
  };
  const up = read('up');
  if (!up.ok) return up;
  const down = read('down');
  if (!down.ok) return down;
  const name = text.trim().replace(/\s+/g, ' ');
  const source = 'written out by the user';
  return {
    ok: true,
    impairment: { name, up: up.direction, down: down.direction, source, status: 'given' },
  };
}

type Sides = Readonly<Record<'both' | 'up' | 'down', ReadonlyMap<string, string>>>;

/** The words for both directions and for each, which go before those; or why the text is none. */
function splitSides(text: string): Sides | string {
  const words = {
    both: new Map<string, string>(),
    up: new Map<string, string>(),
    down: new Map<string, string>(),
  };
  let side: keyof typeof words = 'both';
  for (const token of text.trim().split(/\s+/)) {
    const match = /^(?:(up|down):)?(?:([^=:]+)(?:=(.*))?)?$/.exec(token);
    if (match === null) return `"${token}" is not of the form key=value`;
    const [, prefix, key, value] = match;
    if (prefix === 'up' || prefix === 'down') side = prefix;
    if (key === undefined) {
      if (prefix === undefined) return `"${token}" is not of the form key=value`;
      continue;
    }
    if (words[side].has(key)) return `${key}: is given twice`;
    words[side].set(key, value ?? '');
  }
  return words;
}
