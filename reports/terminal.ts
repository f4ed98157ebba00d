// The result of one scenario, or an overview of many, as a terminal shows it: the verdict first, the
// evidence under it, then why, then where the files are. At most 100 columns; colour is never the only
// signal and can be off.
import pico from 'picocolors';
import { headlinesOf } from './headline.ts';
import { kpiTables } from './kpi-table.ts';
import type { Failure, ScenarioResult } from './result.ts';
import { COLUMNS_MAX, type Colours, layOut, wrap } from './text.ts';
import { waterfall } from './waterfall.ts';

export type TerminalOptions = {
  readonly colour: boolean;
  /** Files that were written, as the user may open them. */
  readonly files: readonly string[];
};

const EVIDENCE_SHOWN = 3;

/** Text without a trailing newline. */
export function terminal(results: readonly ScenarioResult[], options: TerminalOptions): string {
  const colours = pico.createColors(options.colour);
  const [first] = results;
  const body =
    results.length === 1 && first !== undefined ? single(first, colours) : overview(results, colours);
  const blocks = [...body, whyAll(results, colours), filesBlock(options.files)];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function single(result: ScenarioResult, colours: Colours): readonly string[] {
  return [verdictBlock(result, colours), waterfall(result, colours), ...kpiTables(result, colours)];
}

function verdictBlock(result: ScenarioResult, colours: Colours): string {
  const { scenario, world, transport, client, codec, network, providers, policy, seed, runs, turns } = result;
  const played = [
    `seed ${seed}`,
    `${runs} ${runs === 1 ? 'run' : 'runs'}`,
    `${turns} ${turns === 1 ? 'turn' : 'turns'}`,
    `${result.simulatedSeconds.toFixed(1)} s in ${result.wallSeconds.toFixed(2)} s`,
  ];
  const caller = client === undefined ? '' : ` · client ${client}`;
  const coded = codec === undefined ? '' : ` · ${codec}`;
  const line = `${world} · ${transport}${caller}${coded} · network ${network}`;
  const setup = `${line} · providers ${providers} · policy ${policy}`;
  const headlines = headlinesOf(result).map(({ name, figure }) => `${name} ${colours.bold(figure)}`);
  return [
    ...wrap([verdictOf(result, colours), colours.bold(scenario), `· ${played.join(' · ')}`], '       '),
    ...wrap(setup.split(' '), '       ', '       '),
    ...wrap(result.about.split(' '), '       ', '       '),
    '',
    ...wrap(headlines, '       ', '       ', '   '),
  ].join('\n');
}

function overview(results: readonly ScenarioResult[], colours: Colours): readonly string[] {
  const failed = results.filter(({ verdict }) => verdict === 'fail').length;
  const title =
    failed === 0
      ? colours.green(`✓ PASS ${results.length} scenarios`)
      : colours.red(`✗ FAIL ${failed} of ${results.length} scenarios`);
  const names = ['voice to voice p50', 'p95', 'barge-in p95', 'retention'];
  const rows = results.map((result) => [
    result.verdict === 'pass' ? colours.green('✓') : colours.red('✗'),
    result.scenario,
    ...headlinesOf(result).map(({ figure }) => figure),
  ]);
  const columns = [{ width: 2 }, { width: 32 }, ...[19, 11, 13, 20].map((width) => ({ width, right: true }))];
  return [title, layOut(columns, [['', 'scenario', ...names].map((name) => colours.dim(name)), ...rows])];
}

const verdictOf = ({ verdict }: ScenarioResult, colours: Colours): string =>
  verdict === 'pass' ? colours.green(colours.bold('✓ PASS')) : colours.red(colours.bold('✗ FAIL'));

function whyAll(results: readonly ScenarioResult[], colours: Colours): string {
  const many = results.length > 1;
  return results
    .flatMap((result) =>
      result.failures.map((failure) => why(failure, many ? `${result.scenario}: ` : '', colours)),
    )
    .join('\n');
}

function why({ why: reason, evidence, replay }: Failure, prefix: string, colours: Colours): string {
  const worst = evidence
    .filter(({ value }) => value !== null)
    .slice(0, EVIDENCE_SHOWN)
    .map(({ seed, act, value }) => `seed ${seed}${act === null ? '' : ` act ${act + 1}`}: ${value}`);
  return [
    ...wrap([colours.red('✗'), ...`${prefix}${reason}`.split(' ')], '  '),
    ...(worst.length === 0 ? [] : wrap(['worst:', worst.join(', ')], '    ', '  ')),
    ...command(replay).map(colours.bold),
  ].join('\n');
}

/** A command too long for the window goes on behind a backslash, as a shell takes it. */
function command(text: string): readonly string[] {
  const lines = wrap(text.split(' '), '    ', '  ', ' ', COLUMNS_MAX - 2);
  return lines.map((line, index) => (index < lines.length - 1 ? `${line} \\` : line));
}

const filesBlock = (files: readonly string[]): string => files.join('\n');
