// One environment variable: its name, what it means, what it may be, and where a missing one is to
// be had. The table of all of them is the only place that knows; `.env.example`, the error texts and
// the typed settings are made from it.
import { z } from 'zod';
import { SCORE_ONE } from './policy-text.ts';

export type Variable<T> = {
  readonly name: string;
  readonly about: string;
  /** Reads the text of the variable; its messages say what is expected and never repeat the value. */
  readonly schema: z.ZodType<T, string>;
  /** Text used when the variable is not set. Absent: it must be set. */
  readonly preset?: string;
  /** Where to get a value that cannot be invented. */
  readonly source?: string;
  /** Never printed, logged or written. */
  readonly secret?: true;
};

export type Problem = {
  readonly variable: string;
  readonly kind: 'missing' | 'wrong';
  /** What it must be. */
  readonly expected: string;
  readonly todo: string;
};

export const text = z.string().min(1, 'must not be empty');

export const key = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** A key, or nothing for a server that asks for none. */
export const keyOrNone = z.string().regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces');

/** An address as below, or nothing. */
export const addressOrNone = (...schemes: readonly string[]) => z.literal('').or(address(...schemes));

/** An address with one of the schemes, such as `wss`; a query would be lost on the way to the vendor. */
export const address = (...schemes: readonly string[]) => {
  const begins = schemes.map((scheme) => `${scheme}://`);
  return z
    .string()
    .refine(
      (value) =>
        begins.some((begin) => value.startsWith(begin)) && ADDRESS.test(value) && URL.canParse(value),
      `must be a valid address that begins with ${begins.join(' or ')}, without spaces and query`,
    );
};

const ADDRESS = /^[a-z]+:\/\/[^/\s?#]+[^\s?#]*$/;

/** Web origins as browsers send them, between commas; none when empty. */
export const origins = z
  .string()
  .transform((value) => value.split(',').flatMap((one) => one.trim() || []))
  .pipe(
    z.array(z.string().refine(isOrigin, 'must be origins such as https://app.example.org, between commas')),
  );

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

export const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, `must be a number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

export const oneOf = <T extends string>(...values: readonly T[]) =>
  z
    .string()
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(values, `must be one of: ${values.join(', ')}`)) as unknown as z.ZodType<T, string>;

/** One of these, or nothing. */
export const oneOfOrNone = <T extends string>(...values: readonly T[]) =>
  z
    .string()
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(['', ...values], `must be one of: ${values.join(', ')}`)) as unknown as z.ZodType<
    T | '',
    string
  >;

/** `260:1 800:0.6 3000:0`: silence in ms and the score it needs, as points (ms, per mille). */
export const curve = z.string().transform((written, context) => {
  const points = written.split(/[\s,]+/).map((point) => CURVE_POINT.exec(point));
  const demand = points.flatMap((point): [number, number][] =>
    point === null ? [] : [[Number(point[1]), Math.round(Number(point[2]) * SCORE_ONE)]],
  );
  const falls = demand.every(([silenceMs, score], index) => {
    const [beforeMs, beforeScore] = demand[index - 1] ?? [-1, SCORE_ONE + 1];
    return silenceMs > beforeMs && score < beforeScore;
  });
  if (demand.length === points.length && demand.length <= CURVE_POINTS_MAX && falls) return demand;
  context.addIssue({ code: 'custom', message: CURVE_EXPECTED });
  return z.NEVER;
}) as unknown as z.ZodType<readonly (readonly [number, number])[], string>;

const CURVE_POINT = /^(\d{1,5}):(\d(?:\.\d{1,3})?)$/;
const CURVE_POINTS_MAX = 20;
const CURVE_EXPECTED =
  'must be points such as 260:1 800:0.6 3000:0, silence in ms rising and the score (0 to 1) falling';

/** The variable's value, or what is wrong with it. */
export function readVariable<T>(
  variable: Variable<T>,
  env: Readonly<Record<string, string | undefined>>,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem } {
  const set = env[variable.name]?.trim();
  const value = set === undefined || set === '' ? variable.preset : set;
  const { name, about, source } = variable;
  if (value === undefined) {
    const from = source === undefined ? '' : `; get one at ${source}`;
    const todo = `set ${name} in the environment or in .env${from}`;
    return { ok: false, problem: { variable: name, kind: 'missing', expected: about, todo } };
  }
  const parsed = variable.schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const expected = parsed.error.issues[0]?.message ?? 'has a wrong value';
  const todo = `correct ${name} in the environment or in .env (${about})`;
  return { ok: false, problem: { variable: name, kind: 'wrong', expected, todo } };
}
