// How long answers take and where the time goes: distributions per network, and the stages of typical
// and slow answers beside the two budgets of the requirements.
import { BUDGET_SOURCE, BUDGETS, budgetStages, budgetTotal } from '../compare/budget.ts';
import type { Cell, CompareResult } from '../compare/compare-result.ts';
import { distributionFinding, stageFinding, tellingNetwork } from '../compare/finding.ts';
import { ANSWER, statisticOf } from '../compare/lookup.ts';
import { shown, transportName } from '../compare/name.ts';
import { STAGES } from '../compare/stage.ts';
import { axisEnd, beyondAxis } from '../compare/time-axis.ts';
import { legendHtml } from './hero.ts';
import { behind, canvasHtml, escaped, sectionHtml, selectHtml, type TableCell, tableHtml } from './markup.ts';

export function distributionSection(result: CompareResult): string {
  const end = axisEnd(result);
  const panels = result.networks.map(({ name }, index) => {
    const cells = result.cells.filter(({ network }) => network === name);
    if (cells.every(({ samples }) => samples.length === 0))
      return `<figure class="panel"><figcaption>${escaped(name)}: nothing was answered</figcaption></figure>`;
    const beyond = beyondAxis(cells, end);
    const words = beyond === '' ? name : `${name}; ${beyond}`;
    const canvas = canvasHtml(`cdf-${index}`, `Share of answers heard within a time, ${words}`);
    const note = beyond === '' ? '' : `<span class="unit">; ${escaped(beyond)}</span>`;
    const caption = `<figcaption>${escaped(name)}${note}</figcaption>`;
    return `<figure class="panel">${caption}<div class="canvas">${canvas}</div></figure>`;
  });
  const head = ['network', 'transport', 'n', 'p50 [ms]', 'p95 [ms]'];
  const rows = result.cells.map((cell, index): TableCell[] => [
    { text: cell.network, head: true },
    { text: transportName(cell.transport), swatch: cell.transport },
    { text: String(cell.figures[ANSWER]?.n ?? 0), origin: ['cell', index, ANSWER, 'p50'] },
    { text: shown(statisticOf(cell.figures[ANSWER], 'p50'), 'ms'), origin: ['cell', index, ANSWER, 'p50'] },
    { text: shown(statisticOf(cell.figures[ANSWER], 'p95'), 'ms'), origin: ['cell', index, ANSWER, 'p95'] },
  ]);
  const lead =
    'Share of answers heard within a time (every answer a step, nothing smoothed). Marks at p50 and p95 ' +
    'with their 95 % intervals as bands; time in ms, from zero, the same in all ' +
    'panels; what lies beyond it is said.';
  const table = behind(tableHtml('p50 and p95 of voice to voice', head, rows, 2));
  const legend = legendHtml(result, { webrtc: ' (solid, circles)', websocket: ' (dashed, squares)' });
  const body = `${legend}<div class="panels">${panels.join('')}</div>${table}`;
  return sectionHtml('answers', distributionFinding(result), body, lead);
}

export function stageSection(result: CompareResult): string {
  const known = result.cells.filter((cell) => cell.typical !== null);
  if (known.length === 0) return '';
  const network = tellingNetwork(result);
  const choices = result.networks.map(({ name }) => ({ value: name, text: name }));
  const swatch = (name: string): string =>
    `<canvas class="swatch" width="32" height="32" data-stage="${name}" aria-hidden="true"></canvas>`;
  const keys = STAGES.map(({ name, label }) => `<span>${swatch(name)} ${label}</span>`);
  const label = 'Stages of an answer in ms per transport, and the two budgets of the requirements';
  const lead =
    'Mean stages of the answers around the median (p40 to p60) and of the slowest tenth; within each bar ' +
    'they add up exactly. Beside them what PRD 8.8 plans, lowest and highest.';
  const body = `<p class="controls">${selectHtml('stage-network', 'Network', choices, network)}</p>
<p class="legend stages">${keys.join('')}</p>
<figure class="chart"><div class="canvas">${canvasHtml('stages-chart', label)}</div></figure>
${behind(stageTable(result))}`;
  return sectionHtml('stages', stageFinding(result, network), body, lead);
}

function stageTable(result: CompareResult): string {
  const head = ['network', 'answers', ...STAGES.map(({ label }) => label), 'total [ms]'];
  const measured = result.cells.flatMap((cell, index) => cellRows(cell, index));
  const budgets = BUDGETS.flatMap((budget) =>
    (['lowMs', 'highMs'] as const).map((end): TableCell[] => {
      const stages = budgetStages(budget, end);
      const stated = budget.stated[end];
      const total = budgetTotal(budget)[end];
      const note =
        stated === total
          ? `${BUDGET_SOURCE}.`
          : `${BUDGET_SOURCE}: its lines add up to ${total} ms, its own total says ${stated} ms.`;
      const cell = (value: number): TableCell => ({ text: shown(value, 'ms'), origin: ['note', note] });
      return [
        { text: 'PRD 8.8', head: true },
        { text: `${transportName(budget.transport)}, ${end === 'lowMs' ? 'lowest' : 'highest'}` },
        ...STAGES.map(({ name }) => cell(stages[name] ?? 0)),
        cell(total),
      ];
    }),
  );
  return tableHtml(
    'Stages of an answer [ms]; percentiles of stages do not add up',
    head,
    [...measured, ...budgets],
    2,
  );
}

function cellRows(cell: Cell, index: number): readonly TableCell[][] {
  const place: TableCell = { text: cell.network, head: true };
  const group = (which: 'typical' | 'slow', name: string): TableCell[] => [
    place,
    { text: `${transportName(cell.transport)}, ${name}`, swatch: cell.transport },
    ...STAGES.map(
      ({ name: stage }): TableCell => ({
        text: shown(cell[which]?.stages[stage] ?? null, 'ms'),
        origin: ['stage', index, stage, which],
      }),
    ),
    { text: shown(cell[which]?.total ?? null, 'ms'), origin: ['stage', index, 'total', which] },
  ];
  const percentile = (which: 'p50' | 'p95'): TableCell[] => [
    place,
    { text: `${transportName(cell.transport)}, ${which}`, swatch: cell.transport },
    ...STAGES.map(
      ({ name: stage }): TableCell => ({
        text: shown(statisticOf(cell.stages[stage], which), 'ms'),
        origin: ['stage', index, stage, which],
      }),
    ),
    { text: shown(statisticOf(cell.figures[ANSWER], which), 'ms'), origin: ['cell', index, ANSWER, which] },
  ];
  return [group('typical', 'typical'), group('slow', 'slow'), percentile('p50'), percentile('p95')];
}
