// `npm run scenario`: plays scenarios, measures them, writes the files and shows the verdict. Results on
// stdout, progress and errors on stderr. Everything that may be wrong with the input is found before
// the first run.
import { basename, dirname, join } from 'node:path';
import { bundlePage } from '#reports/html/bundle.ts';
import { Progress } from '#reports/progress.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { terminal } from '#reports/terminal.ts';
import { conversationReport } from '../conversation/assemble.ts';
import { tracesOf } from '../conversation/trace.ts';
import { formatError, type UserError } from '../error.ts';
import { evaluate } from '../kpis/evaluate.ts';
import { pricesOf, vendorPrices } from '../kpis/price.ts';
import { loadScenario, scenarioNames } from '../library/index.ts';
import { Campaign } from '../runner/campaign.ts';
import { castOf, liveSettings } from '../runner/live.ts';
import { setupOf } from '../runner/replay.ts';
import type { RunRequest } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import { openFile } from './open.ts';
import { type RawOptions, readOptions, type ScenarioOptions } from './option.ts';
import { outputError, type Played, writeAll } from './output.ts';

/** Returns the exit code: 0 all held, 1 a requirement failed, 2 bad usage or input, 3 something lacks. */
export async function run(names: readonly string[], raw: RawOptions): Promise<number> {
  const options = readOptions(raw);
  if (!options.ok) return refuse(options.error);
  const asked: Asked[] = [];
  for (const origin of namesOf(names)) {
    const loaded = await loadScenario(origin);
    if (!loaded.ok) return refuse(loaded.error);
    asked.push({ origin, scenario: loaded.scenario });
  }
  if (options.value.world === 'live') {
    const live = liveSettings();
    if (!live.ok) return refuseAll(live.errors);
  }
  const closed = outputError(options.value.out);
  if (closed !== undefined) return refuse(closed);
  const played = await playAll(asked, options.value);
  const written = writeAll(options.value.out, played, await bundlePage('conversation'));
  if (!written.ok) return refuse(written.error);
  const results = played.map(({ result }) => result);
  show(results, fileLines(written.files), options.value.json);
  if (raw.open === true) openReport(written.files);
  return results.every(({ verdict }) => verdict === 'pass') ? 0 : 1;
}

const namesOf = (names: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => (name === 'all' ? scenarioNames() : [name]))),
];

/** `origin`: the scenario as it was typed. */
type Asked = { readonly origin: string; readonly scenario: Scenario };

async function playAll(asked: readonly Asked[], options: ScenarioOptions): Promise<readonly Played[]> {
  const { runs } = options;
  const live = options.world === 'live' ? liveSettings() : undefined;
  const prices = live?.ok === true ? pricesOf(live.settings.vendors) : vendorPrices(options.providers);
  const campaign = new Campaign(prices);
  const tell = teller(asked.length * runs);
  const played: Played[] = [];
  for (const [index, { origin, scenario }] of asked.entries()) {
    const request = requestOf(scenario, options);
    const own = setupOf(origin, request);
    const setup = live?.ok === true ? { ...own, providers: castOf(live.settings) } : own;
    const startedMs = performance.now();
    const all = await campaign.play(request, runs, (done) => tell(index * runs + done));
    const wallSeconds = (performance.now() - startedMs) / 1_000;
    const result = evaluate(all.runs, scenario, setup, wallSeconds);
    const traces = await tracesOf(request, all);
    const material = { result, runs: all.runs, traces, scenario, setup, prices };
    played.push({ result, facts: traces[0]?.facts ?? [], report: conversationReport(material) });
  }
  await campaign.close();
  tell(undefined);
  return played;
}

/** The first run; the others differ in their seeds. */
function requestOf(scenario: Scenario, options: ScenarioOptions): RunRequest {
  const { world, transport, client, codec, network, vendorNetwork, providers, policy, hedge, seed } = options;
  return {
    scenario,
    world,
    transport,
    client,
    ...(codec === undefined ? {} : { codec }),
    network,
    ...(vendorNetwork === undefined ? {} : { vendorNetwork }),
    providers,
    ...(policy === 'parley' ? {} : { policy }),
    ...(hedge === undefined ? {} : { hedge }),
    seed,
  };
}

/** Tells how many runs are done; nothing for a single one, which is over at once. */
function teller(total: number): (done: number | undefined) => void {
  if (total <= 1) return () => {};
  const startedMs = performance.now();
  const progress = new Progress({ total, tty: process.stderr.isTTY === true, noun: 'runs' });
  return (done) => {
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stderr.write(done === undefined ? progress.end() : progress.update(done, seconds));
  };
}

/** Of several scenarios the files beside their folders, and one line for all folders. */
function fileLines(files: readonly string[]): readonly string[] {
  const folders = [...new Set(files.map(dirname))];
  const top = folders.at(-1) ?? '';
  if (folders.length <= 2) return files;
  const own = [...new Set(files.filter((file) => dirname(file) !== top).map((file) => basename(file)))];
  const beside = files.filter((file) => dirname(file) === top);
  return [...beside, `${join(top, '<name>', own[0] ?? '')}, and beside it ${own.slice(1).join(', ')}`];
}

/** JSON: one result as an object, several as an array. */
function show(results: readonly ScenarioResult[], files: readonly string[], json: boolean): void {
  const { NO_COLOR, TERM } = process.env;
  const colour = process.stdout.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
  const text = json
    ? JSON.stringify(results.length === 1 ? results[0] : results, null, 2)
    : terminal(results, { colour, files });
  process.stdout.write(`${text}\n`);
}

/** The first one: of several scenarios the others lie beside it. */
function openReport(files: readonly string[]): void {
  const report = files.find((file) => basename(file) === 'report.html');
  if (report === undefined) return;
  openFile(report, (program) => {
    process.stderr.write(`nothing to open it with (${program} is not here); open ${report} in a browser\n`);
  });
}

/** All that is missing at once; what is wrong counts before what lacks. */
function refuseAll(errors: readonly UserError[]): number {
  const codes = errors.map(refuse);
  return codes.includes(2) ? 2 : 3;
}

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
