// What each turn cost, and the call: by vendor, with sums that add up.
import type { Call, ConversationReport, Cost } from '../../conversation/conversation-report.ts';
import { costFinding, totalCost, turnName } from '../../conversation/finding.ts';
import { formatFigure } from '../../number.ts';
import { escaped, folded, sectionHtml, type TableCell, tableHtml } from '../markup.ts';

export function costSection(report: ConversationReport): string {
  const [first, ...others] = report.calls.filter(({ turns }) => turns.length > 0);
  if (first === undefined) return '';
  const folds = others.map((call) => folded(captionOf(call), costTable(call)));
  const wasted = ['wasted_tokens', 'wasted_chars'].flatMap((id) => {
    const kpi = report.result.kpis[id];
    return kpi === undefined || !('value' in kpi) || kpi.value === null
      ? []
      : [`${formatFigure(kpi.value, kpi.unit)} ${kpi.unit}`];
  });
  const lead =
    wasted.length === 0
      ? ''
      : `For nothing, mean of a call: ${escaped(wasted.join(' and '))} of replies cancelled or not heard.`;
  return sectionHtml('cost', costFinding(report), `${costTable(first)}${folds.join('')}`, lead);
}

const captionOf = ({ seed }: Call): string => `Cost of the call with seed ${seed}`;

function costTable(call: Call): string {
  const { turns, ownCost } = call;
  const rows = turns.map(({ act, said, cost }) => costRow(turnName(act), said, cost));
  const sum = turns.reduce<Cost>(
    (total, { cost }) => ({
      stt: add(total.stt, cost.stt),
      llm: add(total.llm, cost.llm),
      tts: add(total.tts, cost.tts),
    }),
    ownCost,
  );
  const own = totalCost(ownCost) === 0 ? [] : [costRow('no turn', 'summaries, answers to nobody', ownCost)];
  const head = ['turn', 'the caller said', 'recogniser [USD]', 'model [USD]', 'voice [USD]', 'turn [USD]'];
  return tableHtml(captionOf(call), head, [...rows, ...own, costRow('together', '', sum)], 2);
}

const costRow = (name: string, said: string, cost: Cost): TableCell[] => [
  { text: name, head: true },
  { text: said },
  ...[cost.stt, cost.llm, cost.tts, totalCost(cost)].map((value) => ({
    text: formatFigure(value, 'USD'),
    right: true,
  })),
];

const add = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;
