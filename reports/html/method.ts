// How it was measured: the command that plays it again, what was played, where every latency and network
// comes from, the definitions, and the trace hash of every cell.
import { CHOICE_RULE } from '../compare/choice.ts';
import type { CompareResult } from '../compare/compare-result.ts';
import { DRAW_RULE } from '../compare/finding.ts';
import { seedSpan, transportName } from '../compare/name.ts';
import { escaped, folded, sectionHtml, sentenceHtml, type TableCell, tableHtml } from './markup.ts';

export function methodSection(result: CompareResult): string {
  const grid = result.grid === null ? '' : ` and ${result.grid.cells.length} of the grid`;
  const facts: readonly (readonly [string, string])[] = [
    ['Again', `<code>${escaped(result.command)}</code>`],
    ['Played', escaped(result.scenarios.map(({ name, about }) => `${name}: ${about}`).join(' '))],
    ['Cells', escaped(`${result.cells.length} named${grid}, each with ${seedSpan(result.seeds)}`)],
    ['World', escaped(worldOf(result))],
    [
      'Figures',
      'Percentiles are exact order statistics with distribution-free 95 % intervals; rates carry Wilson’s, ' +
        'means Student’s. Answers of one call are not independent, so intervals are somewhat too narrow. ' +
        'Nothing is averaged across cells, and percentiles of stages are never added.',
    ],
    ['Differences', sentenceHtml([DRAW_RULE])],
    ['Choices', sentenceHtml([CHOICE_RULE])],
  ];
  const list = facts.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('');
  const body = `<dl class="facts">${list}</dl>${definitions(result)}${sources(result)}${traces(result)}`;
  return sectionHtml('method', ['Every number can be played again'], body);
}

const worldOf = ({ world, providers, policy, codec }: CompareResult): string => {
  const audio = codec === undefined ? '' : `, ${codec} on WebSocket`;
  return `${world}, vendors ${providers}, policy ${policy}${audio}`;
};

function definitions(result: CompareResult): string {
  const rows = result.metrics.map(({ id, label, about, unit, bounds, provisional }): TableCell[] => [
    { text: label, head: true },
    { text: id },
    { text: provisional ? `${about} (provisional)` : about },
    { text: unit },
    {
      text:
        Object.entries(bounds)
          .map(([name, bound]) => `${transportName(name)} ${bound}`)
          .join(', ') || '–',
    },
  ]);
  const head = ['metric', 'id', 'definition', 'unit', 'required'];
  return folded('Definitions', tableHtml('Definitions', head, rows, 5));
}

function sources(result: CompareResult): string {
  const networks = result.networks.map((network): TableCell[] => [
    { text: network.name, head: true },
    { text: network.summary },
    { text: network.source },
    { text: '–' },
    { text: network.status },
  ]);
  const latencies = result.sources.map(({ what, source, date, status }): TableCell[] => [
    { text: what, head: true },
    { text: 'latency of an emulated vendor' },
    { text: source },
    { text: date ?? '–' },
    { text: status },
  ]);
  const head = ['what', 'in short', 'source', 'date', 'status'];
  return folded(
    'Sources',
    tableHtml('Sources of networks and latencies', head, [...networks, ...latencies], 5),
  );
}

function traces(result: CompareResult): string {
  const rows = result.cells.map(({ network, transport, runs, unfinished, traceHash }): TableCell[] => [
    { text: network, head: true },
    { text: transportName(transport), swatch: transport },
    { text: String(runs) },
    { text: String(unfinished) },
    { text: traceHash },
  ]);
  const head = ['network', 'transport', 'calls', 'unfinished', 'trace hash'];
  return folded('Traces', tableHtml('Trace hashes of the named cells', head, rows, 5));
}
