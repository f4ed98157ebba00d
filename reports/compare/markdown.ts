// The comparison as Markdown, for a pull request or a decision record: the answer, the table of
// networks, the findings and the advice, and how to play it again.
import { unitName } from '../number.ts';
import { adviceOf } from './advice.ts';
import { answer, question } from './answer.ts';
import { CHOICE_RULE } from './choice.ts';
import type { CompareResult, Metric } from './compare-result.ts';
import { contestsOf } from './contest.ts';
import { DRAW_RULE, distributionFinding, lossFinding, networkFinding } from './finding.ts';
import { isHeld } from './hold.ts';
import { ANSWER, cellOf, measuredMetrics, statisticOf } from './lookup.ts';
import { seedSpan, shown, signed, transportName } from './name.ts';
import { plain } from './sentence.ts';

export function compareMarkdown(result: CompareResult): string {
  const advice = adviceOf(result).map(({ title, text }) => `- **${plain(title)}.** ${plain(text)}`);
  const findings = [networkFinding(result), distributionFinding(result), lossFinding(result)];
  const codec = result.codec === undefined ? '' : `, codec ${code(result.codec)}`;
  return `${[
    `# ${question(result)}`,
    answer(result)
      .map((sentence) => `**${plain(sentence)}**`)
      .join('\n\n'),
    table(result),
    `Δ is WebSocket minus WebRTC. ${DRAW_RULE}`,
    findings.map((finding) => `- ${plain(finding)}.`).join('\n'),
    ...(advice.length === 0 ? [] : ['## What would help', CHOICE_RULE, advice.join('\n')]),
    '## How it was measured',
    `Scenarios ${result.scenarios.map(({ name }) => code(name)).join(', ')}, ` +
      `${seedSpan(result.seeds)}, vendors ${code(result.providers)}, ` +
      `policy ${code(result.policy)}${codec}, world ${code(result.world)}. Again: ${code(result.command)}`,
    result.networks
      .map(({ name, summary, source }) => `- \`${name}\`: ${cell(summary)}. ${source}`)
      .join('\n'),
  ].join('\n\n')}\n`;
}

function table(result: CompareResult): string {
  const metrics = measuredMetrics(result).filter(({ id }) => id !== ANSWER);
  const head = [
    'network',
    'transport',
    'n',
    'voice to voice p50 [ms]',
    'p95 [ms]',
    'Δ p95 [ms]',
    ...metrics.map(headOf),
  ];
  const contests = contestsOf(result);
  const rows = result.networks.flatMap(({ name }) =>
    result.transports.flatMap((transport) => {
      const measured = cellOf(result, transport, name);
      if (measured === undefined) return [];
      const figure = measured.figures[ANSWER];
      const contest = contests.find(({ network }) => network === name);
      return [
        [
          cell(name),
          transportName(transport),
          String(figure?.n ?? 0),
          shown(statisticOf(figure, 'p50'), 'ms'),
          isHeld(measured) ? shown(statisticOf(figure, 'p95'), 'ms') : 'no call',
          transport === 'websocket' ? signed(contest?.p95 ?? null, 'ms') : '',
          ...metrics.map(({ id, unit, statistic }) =>
            shown(statisticOf(measured.figures[id], statistic), unit),
          ),
        ],
      ];
    }),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at < 2 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

const headOf = ({ label, unit, statistic }: Metric): string =>
  `${label}${statistic === 'value' ? '' : ` ${statistic}`} [${unitName(unit)}]`;

const code = (text: string): string => `\`${text}\``;

/** A pipe would end the cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
