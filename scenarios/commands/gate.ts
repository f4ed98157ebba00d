// `npm run gate`: plays the default set with the code as it is, holds it against the committed baseline, pair
// by pair, and says whether anything got worse; or, with a reason, makes it the new baseline. Results on
// stdout, progress and errors on stderr. Nothing is overwritten that is not a baseline.
import { relative } from 'node:path';
import type { Baseline, GateSet } from '#reports/gate/baseline.ts';
import { compareSets } from '#reports/gate/compare.ts';
import type { GateResult } from '#reports/gate/gate-result.ts';
import { gateJunit } from '#reports/gate/junit.ts';
import { gateMarkdown } from '#reports/gate/markdown.ts';
import { fitted, mismatchOf, type Wanted } from '#reports/gate/match.ts';
import { gateTerminal } from '#reports/gate/terminal.ts';
import { gateResult } from '#reports/gate/verdict.ts';
import { Progress } from '#reports/progress.ts';
import { formatError, type UserError } from '../error.ts';
import { accepted, unfinished } from '../gate/accept.ts';
import { Crew, type OnProgress } from '../gate/crew.ts';
import { type GateOptions, type RawGate, readGate } from '../gate/option.ts';
import { defaultPlan, emptyCells, type GatePlan, RUNS } from '../gate/plan.ts';
import { BASELINE, readBaseline, replaceBaseline, writeFiles } from '../gate/store.ts';
import { runTrials } from '../gate/trial.ts';
import { loadScenario } from '../library/index.ts';
import { outputError } from './output.ts';

/** Returns the exit code: 0 nothing got worse, 1 something did, 2 bad usage or input. */
export async function run(names: readonly string[], raw: RawGate): Promise<number> {
  const read = readGate(raw, relative(process.cwd(), BASELINE), [...new Set(names)]);
  if (!read.ok) return refuse(read.error);
  const options = read.value;
  const closed = outputError(options.out);
  if (closed !== undefined) return refuse(closed);
  if (options.mutants) return tryAll(options);
  const found = readBaseline(options.baseline);
  if (!found.ok) return refuse(found.error);
  for (const name of options.scenarios) {
    const loaded = await loadScenario(name);
    if (!loaded.ok) return refuse(loaded.error);
  }
  const known = found.baseline;
  const count = options.runs ?? known?.cells[0]?.runs.length ?? RUNS;
  const plan = options.scenarios.length > 0 ? defaultPlan(count, options.scenarios) : defaultPlan(count);
  const wanted = { ...plan, cells: await emptyCells(plan) };
  const wrong = unfit(known, wanted, options);
  if (options.accept === undefined && wrong !== undefined) return refuse(wrong);
  const startedMs = performance.now();
  const head = await playAll(plan);
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const base = known === undefined || wrong !== undefined ? undefined : fitted(known, wanted);
  const { tolerance } = options;
  const compared = { head, file: options.baseline, wallSeconds, tolerance };
  const result = base && gateResult(compareSets(base, head, { tolerance }), { ...compared, base });
  return options.accept === undefined
    ? report(result, options)
    : accept(options, options.accept, { known, head, result });
}

/** Why the baseline is none for this plan. */
function unfit(
  baseline: Baseline | undefined,
  wanted: Wanted,
  { baseline: file }: GateOptions,
): UserError | undefined {
  const renew = 'npm run gate -- --accept "reason"';
  if (baseline === undefined) {
    const todo = `take it from version control, or make one: ${renew}`;
    return { what: 'there is no baseline', where: `--baseline ${file}`, todo, exit: 2 };
  }
  const reason = mismatchOf(baseline, wanted);
  if (reason === undefined) return undefined;
  const what = `the baseline does not fit what is played: ${reason}`;
  return { what, where: `--baseline ${file}`, todo: `make a new one: ${renew}`, exit: 2 };
}

async function playAll(plan: GatePlan): Promise<GateSet> {
  const total = plan.places.length * plan.seeds.count;
  const crew = new Crew();
  try {
    return await crew.play(plan, teller(total, 'conversations'));
  } finally {
    await crew.close();
  }
}

/** Tells how many are done, at what rate, and how long the rest takes. */
function teller(total: number, noun: string): OnProgress {
  const startedMs = performance.now();
  const progress = new Progress({ total, tty: process.stderr.isTTY === true, noun });
  return (done) => {
    process.stderr.write(progress.update(done, (performance.now() - startedMs) / 1_000));
    if (done >= total) process.stderr.write(progress.end());
  };
}

function report(result: GateResult | undefined, { out, json }: GateOptions): number {
  if (result === undefined) return 2;
  const written = writeFiles(out, {
    'result.json': `${JSON.stringify(result, null, 2)}\n`,
    'summary.md': gateMarkdown(result),
    'junit.xml': gateJunit(result),
  });
  if (!written.ok) return refuse(written.error);
  const text = json
    ? JSON.stringify(result, null, 2)
    : gateTerminal(result, { colour: colour(), files: written.files });
  process.stdout.write(`${text}\n`);
  return result.verdict === 'pass' ? 0 : 1;
}

type Renewal = {
  readonly known: Baseline | undefined;
  readonly head: GateSet;
  readonly result: GateResult | undefined;
};

function accept(options: GateOptions, reason: string, { known, head, result }: Renewal): number {
  const odd = unfinished(head);
  if (odd !== undefined) return refuse(odd);
  const date = new Date(Date.now()).toISOString().slice(0, 10);
  const baseline = accepted({ known, head, result, reason, date });
  const failed = replaceBaseline(options.baseline, baseline);
  if (failed !== undefined) return refuse(failed);
  const changes = baseline.history.at(-1)?.changes ?? [];
  const lines = [
    `✓ the baseline is new: ${options.baseline} (${reason})`,
    ...changes.map((line) => `  ${line}`),
  ];
  process.stdout.write(
    `${options.json ? JSON.stringify(baseline.history.at(-1), null, 2) : lines.join('\n')}\n`,
  );
  return 0;
}

async function tryAll({ runs, out, json }: GateOptions): Promise<number> {
  const crew = new Crew();
  try {
    const trials = await runTrials(crew, runs ?? RUNS, teller);
    const written = writeFiles(out, {
      'mutants.json': `${JSON.stringify(trials.result, null, 2)}\n`,
      'mutants.md': trials.markdown,
    });
    if (!written.ok) return refuse(written.error);
    process.stdout.write(
      json
        ? `${JSON.stringify(trials.result, null, 2)}\n`
        : `${trials.terminal}\n\n${written.files.join('\n')}\n`,
    );
    return trials.result.verdict === 'pass' ? 0 : 1;
  } finally {
    await crew.close();
  }
}

function colour(): boolean {
  const { NO_COLOR, TERM } = process.env;
  return process.stdout.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
