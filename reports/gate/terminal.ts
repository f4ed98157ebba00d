// A gate run as a terminal shows it: the verdict first, the headline figures of every place, then why for
// each failure with its replay command, then what changed and where the files are. At most 100 columns.
import pico from 'picocolors';
import type { TerminalOptions } from '../terminal.ts';
import { COLUMNS_MAX, type Colours, layOut, wrap } from '../text.ts';
import { amountText, evidenceText } from './amount.ts';
import { signed } from './failure.ts';
import type { GateCellResult, GateFigure, GateResult } from './gate-result.ts';
import {
  basisLine,
  type FailureGroup,
  failureGroups,
  figureAt,
  HEADLINES,
  improvements,
  moved,
  unseenLosses,
  verdictLine,
} from './sentence.ts';

const FAILURES_SHOWN = 12;
const SHOWN = 5;

/** Text without a trailing newline. */
export function gateTerminal(result: GateResult, { colour, files }: TerminalOptions): string {
  const colours = pico.createColors(colour);
  const blocks = [
    verdict(result, colours),
    places(result, colours),
    why(result, colours),
    changes(result),
    files.join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function verdict(result: GateResult, colours: Colours): string {
  const pass = result.verdict === 'pass';
  const mark = pass ? colours.green(colours.bold('✓ PASS')) : colours.red(colours.bold('✗ FAIL'));
  const played = `${result.conversations} conversations in ${result.wallSeconds.toFixed(1)} s`;
  return [
    ...wrap([mark, colours.bold('gate'), ...`· ${verdictLine(result)} · ${played}`.split(' ')], '       '),
    ...wrap(basisLine(result).split(' '), '       ', '       '),
  ].join('\n');
}

function places({ cells }: GateResult, colours: Colours): string {
  const head = ['', 'ms', '', ...HEADLINES.map(({ name }) => name)];
  const rows = cells.map((cell) => [
    isWorse(cell) ? colours.red('✗') : colours.green('✓'),
    cell.scenario,
    `${cell.transport} · ${cell.network}`,
    ...HEADLINES.map((headline) => figureText(figureAt(cell, headline))),
  ]);
  const columns = [
    { width: 2 },
    { width: 13 },
    { width: 27 },
    ...[19, 19, 19].map((width) => ({ width, right: true })),
  ];
  const [title = '', ...lines] = layOut(columns, [head.map((name) => colours.dim(name)), ...rows]).split(
    '\n',
  );
  const told = lines.flatMap((line, at) => [line, ...losses(cells[at])]);
  return [title, ...told].join('\n');
}

/** Under the row of a place whose columns do not show why it is marked. */
function losses(cell: GateCellResult | undefined): readonly string[] {
  const unseen = cell === undefined ? [] : unseenLosses(cell);
  return unseen.length === 0 ? [] : wrap(['worse:', ...unseen.join(', ').split(' ')], '    ', '    ');
}

const isWorse = ({ figures, counts }: GateCellResult): boolean =>
  [...figures, ...counts].some(({ verdict: own }) => own === 'worse');

const figureText = (figure: GateFigure | undefined): string =>
  figure === undefined ? '–' : `${figure.head.toFixed(1)} ${signed(figure.delta).padStart(7)}`;

function why(result: GateResult, colours: Colours): string {
  const all = failureGroups(result);
  const shown = all.slice(0, FAILURES_SHOWN).map((group) => reason(group, colours));
  const more = all.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more in summary.md`] : [])].join('\n');
}

function reason({ lead, reach }: FailureGroup, colours: Colours): string {
  const { cell, figure, why: text, evidence, replay } = lead;
  const seeds = evidence.slice(0, SHOWN).map((one) => evidenceText(figure, one));
  const further = reach === '' ? '' : `; ${reach}`;
  const lines = wrap(replay.split(' '), '    ', '  ', ' ', COLUMNS_MAX - 2);
  return [
    ...wrap([colours.red('✗'), ...`${cell}: ${text}${further}`.split(' ')], '  '),
    ...(seeds.length === 0 ? [] : wrap(['most:', ...seeds.join(', ').split(' ')], '    ', '  ')),
    ...lines.map((line, at) => colours.bold(at < lines.length - 1 ? `${line} \\` : line)),
  ].join('\n');
}

/** What moved without being worse. */
function changes(result: GateResult): string {
  const counts = moved(result)
    .filter(({ verdict: own }) => own !== 'worse')
    .map(({ count, base, head }) => `${count} ${amountText(count, base)} → ${amountText(count, head)},`);
  const better = improvements(result);
  return [
    ...(counts.length === 0
      ? []
      : wrap(['–', 'moved:', ...counts.join(' ').replace(/,$/, '').split(' ')], '  ')),
    ...better.slice(0, SHOWN).flatMap((line) => wrap(['✓', 'better:', ...line.split(' ')], '  ')),
    ...(better.length > SHOWN ? [`  … and ${better.length - SHOWN} more figures are better`] : []),
    ...(result.unjudged.length === 0 ? [] : wrap(['–', 'not judged:', result.unjudged.join(', ')], '  ')),
  ].join('\n');
}
