// The worst turns first: each with what the caller said, what is the matter with it, where its time went,
// and the command that plays it again. The chart is a table, its numbers in the cells.
import { STAGES } from '../../compare/stage.ts';
import type { ConversationReport, RankedTurn } from '../../conversation/conversation-report.ts';
import {
  replayCommand,
  slowestFinding,
  stageLabel,
  toMs,
  turnId,
  turnName,
} from '../../conversation/finding.ts';
import { behind, escaped, sectionHtml, type TableCell, tableHtml } from '../markup.ts';
import { scaleOf, stageBar, stageLegend } from './stage-bar.ts';

/** What stands open; the others are one click away. */
const OPEN_MAX = 8;

export function worstSection(report: ConversationReport): string {
  const { worst, result } = report;
  if (worst.length === 0) return '';
  const scaleUs = scaleOf(worst);
  const shown = new Set(report.calls.flatMap(({ seed, turns }) => turns.map(({ act }) => turnId(seed, act))));
  const rows = worst.map((turn) => row(turn, scaleUs, report, shown));
  const more = rows.slice(OPEN_MAX);
  const rest =
    more.length === 0
      ? ''
      : `<details><summary>${more.length} more</summary>${table('more turns', more)}</details>`;
  const lead =
    'Failed turns first, then the slowest. Each bar runs from the last sound that left the caller’s mouth ' +
    'to the first sound at the ear; its stages add up to the answer exactly. ms, from zero.';
  const one = result.runs === 1 ? replayBlock(replayCommand(report, result.seed)) : '';
  const body = `${one}${stageLegend()}${table('worst turns', rows.slice(0, OPEN_MAX))}${rest}
${behind(stageTable(worst))}`;
  return sectionHtml('worst', slowestFinding(report), body, lead);
}

/** A command with a button that copies it. */
export const replayBlock = (command: string): string =>
  `<p class="replay"><code>${escaped(command)}</code> ` +
  `<button type="button" class="copy" data-copy="${escaped(command)}">Copy</button></p>`;

const table = (name: string, rows: readonly string[]): string =>
  `<div class="table" role="region" aria-label="${name}" tabindex="0"><table class="worst">
<thead><tr><th scope="col">turn</th><th scope="col">the caller said</th>
<th scope="col" class="wide">where the time went</th>
<th scope="col" class="right">answer [ms]</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;

function row(
  turn: RankedTurn,
  scaleUs: number,
  report: ConversationReport,
  shown: ReadonlySet<string>,
): string {
  const { seed, act, said, answerUs, stages, flags } = turn;
  const many = report.result.runs > 1;
  const name = many ? `${turnName(act)}, seed ${seed}` : turnName(act);
  const id = turnId(seed, act);
  const link = shown.has(id) ? `<a href="#${id}">${name}</a>` : name;
  const marks = flags
    .map((flag) => `<span class="flag f-${flag.replace(' ', '-')}">${escaped(flag)}</span>`)
    .join(' ');
  const again = many ? replayBlock(replayCommand(report, seed)) : '';
  const ms = answerUs === null ? '–' : toMs(answerUs);
  return `<tr><th scope="row">${link}</th><td class="said">${escaped(said)} ${marks}${again}</td>
<td class="wide">${stageBar(stages, answerUs, scaleUs)}</td><td class="right">${ms}</td></tr>`;
}

function stageTable(turns: readonly RankedTurn[]): string {
  const head = ['turn', 'seed', ...STAGES.map(({ name }) => stageLabel(name)), 'answer [ms]'];
  const rows = turns.map(({ seed, act, answerUs, stages }): TableCell[] => [
    { text: turnName(act), head: true },
    { text: String(seed) },
    ...STAGES.map(({ name }): TableCell => {
      const us = stages.find((stage) => stage.name === name)?.us;
      return { text: us === undefined ? '–' : toMs(us), right: true };
    }),
    { text: answerUs === null ? '–' : toMs(answerUs), right: true },
  ]);
  return tableHtml('Stages of each answer [ms]; every row adds up', head, rows);
}
