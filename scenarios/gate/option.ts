// What `npm run gate` may be asked for, as typed values. Everything that may be wrong is found before the
// first conversation, and named together with what is allowed.
import { TOLERANCE, type Tolerance } from '#reports/gate/rule.ts';
import { commandLine, isPackage, quoted } from '#reports/invocation.ts';
import type { UserError } from '../error.ts';

/** What commander hands over: text as it was typed. */
export type RawGate = {
  readonly baseline?: string;
  readonly accept?: string;
  readonly mutants?: boolean;
  readonly runs?: string;
  readonly tolerance?: string;
  readonly out: string;
  readonly json: boolean;
};

export type GateOptions = {
  /** The scenarios played; the default set when empty. */
  readonly scenarios: readonly string[];
  readonly baseline: string;
  /** Why the baseline is to be replaced; undefined when it is not. */
  readonly accept: string | undefined;
  readonly mutants: boolean;
  /** Conversations of each place; as many as the baseline has when undefined. */
  readonly runs: number | undefined;
  readonly tolerance: Tolerance;
  readonly out: string;
  readonly json: boolean;
  /** The command that accepts what is measured, with the names and options that were given. */
  readonly renewal: string;
};

export type ReadGate =
  | { readonly ok: true; readonly value: GateOptions }
  | { readonly ok: false; readonly error: UserError };

/** Fewer say nothing about others; more make a file that no review can hold. */
const RUNS = { min: 5, max: 200 } as const;
const REASON_MAX = 500;

/** What the command line says by itself. */
const PRESETS: Readonly<Record<string, string>> = { tolerance: '5ms,1%', out: '.parley/gate' };

/** Where the baseline of scenarios of one's own is, when the command line does not say. */
const OWN_BASELINE = 'parley-gate.json';

/** `preset`: where the baseline of the default set is; in the package there is none, and names are needed. */
export function readGate(
  raw: RawGate,
  preset: string | undefined,
  scenarios: readonly string[] = [],
): ReadGate {
  const own = scenarios.length > 0 || preset === undefined;
  const { baseline = own ? OWN_BASELINE : preset, accept, mutants = false, runs, out, json } = raw;
  const tolerance = toleranceIn(raw.tolerance);
  const renewal = renewalOf(raw, scenarios);
  const error =
    (own && scenarios.length === 0 && !mutants ? namesError(raw) : undefined) ??
    acceptError(accept, mutants, renewal) ??
    runsError(runs) ??
    emptyError({ baseline, out }) ??
    (tolerance === undefined ? toleranceError(raw.tolerance) : undefined);
  if (error !== undefined || tolerance === undefined) return { ok: false, error: error ?? toleranceError() };
  const reason = accept?.trim().replaceAll(/\s+/g, ' ');
  const count = runs === undefined ? undefined : Number(runs);
  return {
    ok: true,
    value: { scenarios, baseline, accept: reason, mutants, runs: count, tolerance, out, json, renewal },
  };
}

/** Followed to the letter it must not touch another baseline than the one that was meant. */
function renewalOf(
  { baseline, runs, tolerance, out }: RawGate,
  scenarios: readonly string[],
  inPackage = isPackage,
): string {
  const options = Object.entries({ baseline, runs, tolerance, out });
  const words = options.flatMap(([name, value]) =>
    value === undefined || value === PRESETS[name] ? [] : [`--${name}`, quoted(value)],
  );
  return commandLine('gate', [...scenarios.map(quoted), ...words, '--accept', '"reason"'], inPackage);
}

function namesError(raw: RawGate): UserError {
  const first = renewalOf(raw, ['./my.ts'], true);
  return refused(
    'no scenario is named',
    'command line: gate',
    `name your own; a first baseline, in ${raw.baseline ?? OWN_BASELINE}, comes of: ${first}`,
  );
}

function acceptError(accept: string | undefined, mutants: boolean, renewal: string): UserError | undefined {
  if (accept === undefined) return undefined;
  const todo = `say why the new figures are right: ${renewal}`;
  if (mutants)
    return refused('--accept and --mutants do not go together', '--accept --mutants', 'use one of them');
  // `--accept --json` would take the next option for the reason.
  if (accept.trim() === '' || accept.startsWith('--')) return refused('no reason is given', '--accept', todo);
  if (accept.length <= REASON_MAX) return undefined;
  return refused(
    `the reason is longer than ${REASON_MAX} characters`,
    '--accept',
    'say it in a sentence or two',
  );
}

function runsError(runs: string | undefined): UserError | undefined {
  if (runs === undefined) return undefined;
  const number = Number(runs);
  if (/^\d{1,9}$/.test(runs) && number >= RUNS.min && number <= RUNS.max) return undefined;
  const todo = `give a whole number from ${RUNS.min} to ${RUNS.max}`;
  return refused(`"${runs}" is no number of conversations`, `--runs ${runs}`, todo);
}

/** `5ms,1%`; undefined when it is written otherwise. */
function toleranceIn(text: string | undefined): Tolerance | undefined {
  if (text === undefined) return TOLERANCE;
  const [, ms, percent] = /^(\d{1,4}(?:\.\d+)?)ms,(\d{1,2}(?:\.\d+)?)%$/.exec(text.replaceAll(' ', '')) ?? [];
  return ms === undefined || percent === undefined
    ? undefined
    : { ms: Number(ms), share: Number(percent) / 100 };
}

const toleranceError = (text = ''): UserError =>
  refused(
    `"${text}" is no tolerance`,
    `--tolerance ${text}`,
    'give ms and per cent, of which the larger counts: --tolerance 5ms,1%',
  );

function emptyError({
  baseline,
  out,
}: {
  readonly baseline: string;
  readonly out: string;
}): UserError | undefined {
  if (baseline === '') return refused('--baseline is empty', '--baseline', 'give a file, or leave it out');
  return out === '' ? refused('--out is empty', '--out', 'give a folder, such as .parley/gate') : undefined;
}

const refused = (what: string, where: string, todo: string): UserError => ({ what, where, todo, exit: 2 });
