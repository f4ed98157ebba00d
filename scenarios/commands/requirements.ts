// `npm run requirements`: every requirement with what proves it and today's figures, played here or read
// from results that were written before. Fails on a requirement without evidence, and on evidence that
// does not hold.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Progress } from '#reports/progress.ts';
import { requirementsMarkdown, requirementsTerminal } from '#reports/requirement/requirement-text.ts';
import { parseResult, type ScenarioResult } from '#reports/result.ts';
import { formatError, type UserError } from '../error.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { vendorPrices } from '../kpis/price.ts';
import { loadScenario } from '../library/index.ts';
import { judge, type Needed, neededBy, REQUIREMENTS } from '../requirements/judge.ts';
import { Campaign } from '../runner/campaign.ts';
import { setupOf } from '../runner/replay.ts';
import type { RunRequest } from '../runner/run.ts';
import { outputError } from './output.ts';

export type RequirementsOptions = {
  /** Folder of earlier results; played here when absent. */
  readonly results?: string;
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

/** 0: all proved; 1: something is not; 2: bad input. */
export async function run(options: RequirementsOptions): Promise<number> {
  const closed = outputError(options.out);
  if (closed !== undefined) return refuse(closed);
  const found = options.results === undefined ? await playAll(options) : readAll(options.results);
  if (!found.ok) return refuse(found.error);
  const hasFile = (path: string) => existsSync(join(ROOT, path));
  const result = judge(REQUIREMENTS, { origin: found.origin, results: found.results, hasFile });
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
  return result.requirements.every(({ verdict }) => verdict === 'proved') ? 0 : 1;
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
    error: { what, where, todo: 'give a folder that npm run scenario has written: --results DIR', exit: 2 },
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
