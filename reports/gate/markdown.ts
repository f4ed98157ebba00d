// A gate run as Markdown for a pull request: the verdict, what got worse and how to see it, the figures of
// every place with the stages that moved them, and what changed without being worse.
import { amountText, evidenceText } from './amount.ts';
import { because, signed } from './failure.ts';
import type { GateCellResult, GateFigure, GateResult } from './gate-result.ts';
import { ANSWER } from './rule.ts';
import {
  basisLine,
  failureGroups,
  figureAt,
  HEADLINES,
  improvements,
  moved,
  sidesOf,
  unseenLosses,
  verdictLine,
} from './sentence.ts';

const IMPROVEMENTS_MAX = 10;

export function gateMarkdown(result: GateResult): string {
  const mark = result.verdict === 'pass' ? '✓' : '✗';
  const blocks = [
    `## ${mark} Parley gate: ${verdictLine(result)}`,
    ...failures(result),
    places(result),
    ...counts(result),
    ...better(result),
    ...unjudged(result),
    basisLine(result),
    ...(result.verdict === 'fail' ? [`If it is meant: \`${result.accept}\`, and commit the baseline.`] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function failures(result: GateResult): readonly string[] {
  const items = failureGroups(result).map(({ lead, reach }) => {
    const { cell, figure, why, evidence, replay } = lead;
    const seeds = evidence.map((one) => evidenceText(figure, one, ': '));
    const further = reach === '' ? '' : ` (${reach})`;
    return `- ✗ **${cell}**: ${why}${further}\n  ${seeds.join('; ')}\n  \`${replay}\``;
  });
  return items.length === 0 ? [] : [items.join('\n')];
}

function places({ cells }: GateResult): string {
  const head = [
    '',
    'scenario',
    'transport',
    'network',
    ...HEADLINES.map(({ name }) => `${name}, ms`),
    'p95 moved by',
    'changed',
    'worse besides',
  ];
  const rows = cells.map((cell) => {
    const bad = [...cell.figures, ...cell.counts].some(({ verdict }) => verdict === 'worse');
    const figures = HEADLINES.map((headline) => figureText(figureAt(cell, headline)));
    return [
      bad ? '✗' : '✓',
      cell.scenario,
      cell.transport,
      cell.network,
      ...figures,
      shares(cell),
      changes(cell),
      unseenLosses(cell).join('; ') || '–',
    ];
  });
  return table(head, rows);
}

const figureText = (figure: GateFigure | undefined): string =>
  figure === undefined
    ? '–'
    : figure.delta === 0
      ? figure.base.toFixed(1)
      : `${sidesOf(figure)} (${signed(figure.delta)})`;

/** The stages of the p95; they add up to its delta. */
function shares(cell: GateCellResult): string {
  const figure = figureAt(cell, { kpi: ANSWER, statistic: 'p95' });
  const text = because(figure?.stages ?? null).replace(/^: /, '');
  return text === '' ? '–' : text;
}

function changes({ changed, conversations, turns }: GateCellResult): string {
  const { lost, gained } = turns;
  const answers = lost + gained === 0 ? '' : `, answers −${lost} +${gained}`;
  return `${changed} of ${conversations}${answers}`;
}

function counts(result: GateResult): readonly string[] {
  const rows = moved(result).map(({ count, about, base, head, grew, shrank, verdict }) => {
    const mark = verdict === 'worse' ? '✗' : verdict === 'better' ? '✓' : '–';
    return [
      mark,
      `\`${count}\``,
      about,
      amountText(count, base),
      amountText(count, head),
      `${grew} / ${shrank}`,
    ];
  });
  if (rows.length === 0) return [];
  const head = ['', 'count', 'what', 'base', 'head', 'grew / shrank in'];
  return [`Counts of all conversations that moved:\n\n${table(head, rows)}`];
}

function better(result: GateResult): readonly string[] {
  const all = improvements(result);
  if (all.length === 0) return [];
  const shown = all.slice(0, IMPROVEMENTS_MAX).map((line) => `- ✓ ${line}`);
  const more = all.length > shown.length ? [`- … and ${all.length - shown.length} more`] : [];
  return [`Better:\n\n${[...shown, ...more].join('\n')}`];
}

const unjudged = ({ unjudged: names }: GateResult): readonly string[] =>
  names.length === 0
    ? []
    : [`Not judged, because only one side has it: ${names.map((name) => `\`${name}\``).join(', ')}.`];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
