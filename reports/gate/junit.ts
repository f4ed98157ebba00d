// A gate run as JUnit XML: a suite per place and one for all counts together, a case per latency and count.
import { attributesOf, escaped } from '../xml.ts';
import { evidenceText } from './amount.ts';
import type { GateFailure, GateResult } from './gate-result.ts';
import { placeOf } from './sentence.ts';

export function gateJunit(result: GateResult): string {
  const failuresOf = (cell: string) => result.failures.filter((failure) => failure.cell === cell);
  const suites = result.cells.map((cell) => {
    const latencies = [...new Set(cell.figures.map(({ kpi }) => kpi))];
    return suite(
      placeOf(cell),
      [...latencies, ...cell.counts.map(({ count }) => count)],
      failuresOf(placeOf(cell)),
    );
  });
  const all = suite(
    'all',
    result.counts.map(({ count }) => count),
    failuresOf('all'),
  );
  const head = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="parley gate">'];
  return `${[...head, ...suites, all, '</testsuites>'].join('\n')}\n`;
}

function suite(name: string, cases: readonly string[], failures: readonly GateFailure[]): string {
  const own = (id: string) => failures.filter(({ figure }) => figure === id || figure.startsWith(`${id} p`));
  const failed = cases.filter((id) => own(id).length > 0).length;
  const attributes = { name, tests: String(cases.length), failures: String(failed) };
  const lines = cases.map((id) => {
    const open = `    <testcase${attributesOf({ classname: `gate.${name}`, name: id })}`;
    const inside = own(id).map(failureElement);
    return inside.length === 0 ? `${open}/>` : [`${open}>`, ...inside, '    </testcase>'].join('\n');
  });
  return [`  <testsuite${attributesOf(attributes)}>`, ...lines, '  </testsuite>'].join('\n');
}

function failureElement({ figure, why, evidence, replay }: GateFailure): string {
  const lines = evidence.map((one) => evidenceText(figure, one, ': '));
  const text = [...lines, `replay: ${replay}`].join('\n');
  return `      <failure${attributesOf({ message: why })}>${escaped(text)}</failure>`;
}
