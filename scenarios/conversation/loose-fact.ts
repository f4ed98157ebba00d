// A fact read without trust in its kind: reports are drawn from traces of every version, also from ones
// that state more than this version knows. A field that is missing, or of another type, is undefined.
import type { Fact } from '#sim/kernel/fact.ts';

export type LooseFact = {
  readonly t: number;
  readonly who: string;
  readonly what: string;
  /** Everything else that it states. */
  readonly fields: Readonly<Record<string, unknown>>;
};

/** Notes on hover are no place for whole transcripts. */
const NOTE_CHARS_MAX = 240;

export function loosen(fact: Fact): LooseFact {
  const { t, who, what, ...fields } = fact;
  return { t, who, what, fields };
}

export function numberIn({ fields }: LooseFact, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function textIn({ fields }: LooseFact, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** When it really happened, where that is stated apart from when it was noticed. */
export const instantOf = (fact: LooseFact): number => numberIn(fact, 'atUs') ?? fact.t;

/** Its fields as a line: `reply 3, reason timeout`; times in seconds of the call. */
export function noteOf({ fields }: LooseFact): string {
  const parts = Object.entries(fields).map(([name, value]) => {
    if (typeof value === 'number' && name.endsWith('Us')) return `${name.slice(0, -2)} ${value / 1_000} ms`;
    return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  const line = parts.join(', ');
  return line.length > NOTE_CHARS_MAX ? `${line.slice(0, NOTE_CHARS_MAX - 1)}…` : line;
}
