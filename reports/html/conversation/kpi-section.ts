// Every figure with what it must reach, and behind each the turns that made it: the samples that are its
// percentiles and those furthest off, each a link to its turn or the command that plays it.
import type { ConversationReport, EvidenceSample } from '../../conversation/conversation-report.ts';
import { explainKpi, kpiFinding, replayCommand, turnId, turnName } from '../../conversation/finding.ts';
import { formatFigure, formatTarget, unitName } from '../../number.ts';
import type { JudgedTarget, KpiResult } from '../../result.ts';
import { escaped, numberHtml, sectionHtml } from '../markup.ts';

const HEADS = ['', 'figure', 'unit', 'value', 'p50', 'p95', 'p99', 'required', 'our own goal', 'turns'];

export function kpiSection(report: ConversationReport): string {
  const measured = Object.entries(report.result.kpis).filter(([, { n }]) => n > 0);
  const missing = Object.entries(report.result.kpis).filter(([, { n }]) => n === 0);
  const shown = new Set(report.calls.flatMap(({ seed, turns }) => turns.map(({ act }) => turnId(seed, act))));
  let group = '';
  const rows = measured.map(([id, kpi]) => {
    const head =
      kpi.group === group
        ? ''
        : `<tr class="group"><th colspan="${HEADS.length}" scope="colgroup">${kpi.group}</th></tr>`;
    group = kpi.group;
    return `${head}${row(id, kpi)}${evidenceRow(id, kpi, report, shown)}`;
  });
  const heads = HEADS.map(
    (name, at) => `<th scope="col"${at >= 3 && at <= 6 ? ' class="right"' : ''}>${name}</th>`,
  );
  const none =
    missing.length === 0 ? '' : `<p class="note">Not measured: ${missing.map(([id]) => id).join(', ')}.</p>`;
  const failures = report.result.failures.map(
    ({ why, replay }) =>
      `<li><span class="bad">✗ ${escaped(why)}</span><br><code>${escaped(replay)}</code></li>`,
  );
  const why = failures.length === 0 ? '' : `<ul class="failures">${failures.join('')}</ul>`;
  const body = `${why}<div class="table" role="region" aria-label="All figures" tabindex="0">
<table class="kpis"><thead><tr>${heads.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>${none}`;
  const lead = 'The last column opens the turns behind a figure. Percentiles are samples that occurred.';
  return sectionHtml('kpis', kpiFinding(report), body, lead);
}

const VERDICTS = { pass: '<b class="good">✓</b>', fail: '<b class="bad">✗</b>', none: '–' } as const;

function row(id: string, kpi: KpiResult): string {
  const { unit, n, verdict, required, ours } = kpi;
  const number = (value: number | null): string =>
    numberHtml(formatFigure(value, unit), ['note', explainKpi(id, kpi)], false);
  const figures =
    'value' in kpi
      ? [number(kpi.value), '', '', '']
      : ['', number(kpi.p50), number(kpi.p95), number(kpi.p99)];
  const name = escaped(id);
  const button =
    `<button type="button" class="open" aria-expanded="false" aria-controls="e-${name}" ` +
    `aria-label="${n} samples of ${name}">${n}</button>`;
  return `<tr id="k-${name}"><td>${VERDICTS[verdict]}</td><th scope="row">${name}</th>
<td>${unitName(unit)}</td>${figures.map((figure) => `<td class="right">${figure}</td>`).join('')}
<td>${targetsHtml(required, unit)}</td><td>${targetsHtml(ours, unit)}</td><td>${button}</td></tr>`;
}

const targetsHtml = (targets: readonly JudgedTarget[], unit: string): string =>
  targets
    .map(({ held, origin: _, ...target }) => {
      const mark = held === null ? '–' : held ? '✓' : '✗';
      const look = held === null ? '' : ` class="${held ? 'good' : 'bad'}"`;
      return `<span${look}>${mark} ${escaped(formatTarget(target, unit))}</span>`;
    })
    .join(' ');

function evidenceRow(
  id: string,
  kpi: KpiResult,
  report: ConversationReport,
  shown: ReadonlySet<string>,
): string {
  const evidence = report.evidence[id];
  const samples = evidence?.samples ?? [];
  const items = samples.map((sample) => `<li>${sampleHtml(sample, kpi, report, shown)}</li>`);
  const rest = (evidence?.n ?? 0) - samples.length;
  const more = rest > 0 ? `<p class="note">and ${rest} more that are nearer to what is wanted</p>` : '';
  const list =
    items.length === 0 ? '<p class="note">no samples</p>' : `<ol class="evidence">${items.join('')}</ol>`;
  return `<tr id="e-${escaped(id)}" class="evidence" hidden><td></td><td colspan="${HEADS.length - 1}">
<p class="note">${escaped(kpi.about)}; observed at the ${kpi.point}.</p>${list}${more}</td></tr>`;
}

function sampleHtml(
  { seed, act, value, is }: EvidenceSample,
  kpi: KpiResult,
  report: ConversationReport,
  shown: ReadonlySet<string>,
): string {
  const figure = `<b>${formatFigure(value, kpi.unit)}</b> ${escaped(unitName(kpi.unit))}`;
  const name = is.length === 0 ? '' : ` <span class="flag">${is.join(', ')}</span>`;
  const id = act === null ? '' : turnId(seed, act);
  if (act !== null && shown.has(id))
    return `${figure}${name} <a href="#${id}">${turnName(act)}, seed ${seed}</a>`;
  // A sound that wanted no turn is an act of the script, too.
  const place = act === null ? `seed ${seed}` : `act ${act + 1} of the script, seed ${seed}`;
  const code = report.result.runs > 1 ? ` <code>${escaped(replayCommand(report, seed))}</code>` : '';
  return `${figure}${name} ${place}${code}`;
}
