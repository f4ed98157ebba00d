// `npm run gate`: plays the default set with the code as it is, holds it against the committed baseline, pair
// by pair, and says whether anything got worse; or, with a reason, makes it the new baseline. Results on
// stdout, progress and errors on stderr. No file is overwritten but a baseline of the same scenarios.
import type { Baseline, GateSet } from '#reports/gate/baseline.ts';
import type { GateResult } from '#reports/gate/gate-result.ts';
import { gateJunit } from '#reports/gate/junit.ts';
import { gateMarkdown } from '#reports/gate/markdown.ts';
import { gateTerminal } from '#reports/gate/terminal.ts';
import { Progress } from '#reports/progress.ts';
import { formatError, type UserError } from '../error.ts';
import { accepted, unfinished } from '../gate/accept.ts';
import { Crew, type OnProgress } from '../gate/crew.ts';
import { type GateOptions, type RawGate, readGate } from '../gate/option.ts';
import { RUNS } from '../gate/plan.ts';
import { replaceBaseline, writeFiles } from '../gate/store.ts';
import { runTrials } from '../gate/trial.ts';
import { playGate, prepareGate, presetBaseline } from './gate-run.ts';
import { outputError } from './output.ts';

/** Returns the exit code: 0 nothing got worse, 1 something did, 2 bad usage or input. */
export async function run(names: readonly string[], raw: RawGate): Promise<number> {
  const read = readGate(raw, presetBaseline(), [...new Set(names)]);
  if (!read.ok) return refuse(read.error);
  const options = read.value;
  const closed = outputError(options.out);
  if (closed !== undefined) return refuse(closed);
  if (options.mutants) return tryAll(options);
  const job = await prepareGate(options);
  if (!job.ok) return refuse(job.error);
  const { places, seeds } = job.plan;
  const { head, result } = await playGate(job, options, teller(places.length * seeds.count, 'conversations'));
  return options.accept === undefined
    ? report(result, options)
    : accept(options, options.accept, { known: job.known, head, result });
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
