// `npm run requirements`: every requirement with what proves it and today's figures, played here or read
// from results that were written before; tests count as passed where a report of vitest says so. Fails on a
// requirement without evidence, and on evidence that does not hold.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '#reports/invocation.ts';
import { Progress } from '#reports/progress.ts';
import { requirementsMarkdown, requirementsTerminal } from '#reports/requirement/requirement-text.ts';
import { parseResult, type ScenarioResult } from '#reports/result.ts';
import { formatError, type UserError } from '../error.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { vendorPrices } from '../kpis/price.ts';
import { loadScenario } from '../library/index.ts';
import { judge, type Needed, neededBy, REQUIREMENTS } from '../requirements/judge.ts';
import { parseTests, type TestReport, testFound } from '../requirements/test-report.ts';
import { Campaign } from '../runner/campaign.ts';
import { setupOf } from '../runner/replay.ts';
import type { RunRequest } from '../runner/run.ts';
import { outputError } from './output.ts';

export type RequirementsOptions = {
  /** Folder of earlier results; played here when absent. */
  readonly results?: string;
  /** What vitest wrote of its last run, JSON or JUnit; `.parley/test.json` when absent, if it is there. */
  readonly tests?: string;
  readonly runs: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
};

/** Below this folder lie the tests that are named. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Under which a requirement on a transport is measured. */
const NETWORKS = { websocket: 'delay=20ms', webrtc: 'good-wifi' } as const;
const FOLDERS_MAX = 10_000;
const TESTS = join('.parley', 'test.json');
const RUN_TESTS = `npm test -- --reporter=json --outputFile=${TESTS}`;

/** 0: nothing fails; 1: something does, or has no evidence; 2: bad input. */
export async function run(options: RequirementsOptions): Promise<number> {
  const closed = outputError(options.out);
  if (closed !== undefined) return refuse(closed);
  const tests = readTests(options.tests);
  if (!tests.ok) return refuse(tests.error);
  const found = options.results === undefined ? await playAll(options) : readAll(options.results);
  if (!found.ok) return refuse(found.error);
  const { origin, results } = found;
  const testOf = (path: string) => testFound(path, sourceOf(path), tests.report);
  const result = judge(REQUIREMENTS, { origin, results, tests: tests.origin, testOf });
  mkdirSync(options.out, { recursive: true });
  const files = ['requirements.md', 'requirements.json'].map((name) => join(options.out, name));
  const [markdown = '', data = ''] = files;
  writeFileSync(markdown, requirementsMarkdown(result));
  writeFileSync(data, `${JSON.stringify(result, null, 2)}\n`);
  const { NO_COLOR, TERM } = process.env;
  const colour = process.stdout.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  const text = options.json
    ? JSON.stringify(result, null, 2)
    : `${requirementsTerminal(result, colour)}\n\n${files.join('\n')}`;
  process.stdout.write(`${text}\n`);
  return result.requirements.some(({ verdict }) => verdict === 'failed' || verdict === 'unproved') ? 1 : 0;
}

function sourceOf(path: string): string | undefined {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

type Tests =
  | { readonly ok: true; readonly origin: string; readonly report: TestReport }
  | { readonly ok: false; readonly error: UserError };

function readTests(given: string | undefined): Tests {
  const path = given ?? TESTS;
  if (given === undefined && !existsSync(path))
    return { ok: true, origin: `not run here; \`${RUN_TESTS}\`, then this again`, report: new Map() };
  const refused = (what: string): Tests => {
    const todo = `let vitest write it: ${RUN_TESTS}`;
    return { ok: false, error: { what, where: `--tests ${path}`, todo, exit: 2 } };
  };
  try {
    const parsed = parseTests(readFileSync(path, 'utf8'));
    if (!parsed.ok) return refused(`this is no report of vitest: ${parsed.reason}`);
    const day = statSync(path).mtime.toISOString().slice(0, 16).replace('T', ' ');
    return { ok: true, origin: `as run until ${day} UTC (${path})`, report: parsed.report };
  } catch (error) {
    return refused(`the report cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Found =
  | { readonly ok: true; readonly origin: string; readonly results: readonly ScenarioResult[] }
  | { readonly ok: false; readonly error: UserError };

async function playAll({ runs, seed }: RequirementsOptions): Promise<Found> {
  const needed = neededBy(REQUIREMENTS);
  const campaign = new Campaign(vendorPrices());
  const results: ScenarioResult[] = [];
  const startedMs = performance.now();
  const total = needed.length * runs;
  const progress = new Progress({ total, tty: process.stderr.isTTY === true, noun: 'runs' });
  try {
    for (const [index, one] of needed.entries()) {
      const played = await playOne(campaign, one, runs, seed);
      if (!played.ok) return played;
      results.push(...played.results);
      const seconds = (performance.now() - startedMs) / 1_000;
      process.stderr.write(progress.update((index + 1) * runs, seconds));
    }
  } finally {
    await campaign.close();
    process.stderr.write(progress.end());
  }
  const each = `${runs} ${runs === 1 ? 'run' : 'runs'} of each from seed ${seed}, providers prd`;
  const origin = `played here, ${each}, WebSocket over ${NETWORKS.websocket}, WebRTC over ${NETWORKS.webrtc}`;
  return { ok: true, origin, results };
}

async function playOne(
  campaign: Campaign,
  { scenario: name, transport }: Needed,
  runs: number,
  seed: number,
): Promise<Found> {
  const loaded = await loadScenario(name);
  if (!loaded.ok) return loaded;
  const { scenario } = loaded;
  const place = { transport, network: NETWORKS[transport] } as const;
  const request: RunRequest = { scenario, world: 'sim', seed, ...place, providers: 'prd' };
  const startedMs = performance.now();
  const all = await campaign.play(request, runs, () => {});
  const wallSeconds = (performance.now() - startedMs) / 1_000;
  const result = evaluate(all.runs, scenario, setupOf(name, request), wallSeconds);
  return { ok: true, origin: name, results: [result] };
}

/** Every `result.json` below `folder`. */
function readAll(folder: string): Found {
  const refused = (what: string, where: string): Found => ({
    ok: false,
    error: {
      what,
      where,
      todo: `give a folder that ${commandLine('scenario')} has written: --results DIR`,
      exit: 2,
    },
  });
  const results: ScenarioResult[] = [];
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).slice(0, FOLDERS_MAX);
    for (const name of names.filter((one) => /(^|[\\/])result\.json$/.test(one)).toSorted()) {
      const path = join(folder, name);
      const parsed = parseResult(readFileSync(path, 'utf8'));
      if (!parsed.ok) return refused(`this is no result of a scenario: ${parsed.reason}`, path);
      results.push(parsed.result);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`the results cannot be read: ${reason}`, `--results ${folder}`);
  }
  if (results.length === 0) return refused('there is no result.json in it', `--results ${folder}`);
  return { ok: true, origin: `${results.length} results in ${folder}`, results };
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
