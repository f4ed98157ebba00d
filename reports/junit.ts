// Results as JUnit XML, which every CI shows: a suite per scenario, a case per requirement. A
// requirement that nothing was measured for is skipped, not passed.
import type { Failure, KpiResult, ScenarioResult } from './result.ts';
import { attributesOf, escaped } from './xml.ts';

/** One well-formed document for all `results`. */
export function junit(results: readonly ScenarioResult[]): string {
  const suites = results.map(suite);
  const head = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="parley">'];
  return `${[...head, ...suites, '</testsuites>'].join('\n')}\n`;
}

function suite(result: ScenarioResult): string {
  const required = Object.entries(result.kpis).filter(([, kpi]) => kpi.required.length > 0);
  const ends = result.failures.filter((failure) => failure.kpi === null);
  const failed = required.filter(([, kpi]) => kpi.verdict === 'fail').length + (ends.length > 0 ? 1 : 0);
  const skipped = required.filter(([, kpi]) => kpi.verdict === 'none').length;
  const attributes = {
    name: result.scenario,
    tests: String(required.length + 1),
    failures: String(failed),
    skipped: String(skipped),
    time: result.wallSeconds.toFixed(3),
  };
  return [
    `  <testsuite${attributesOf(attributes)}>`,
    properties(result),
    testcase(result.scenario, 'every run ends by itself', ends.map(failureElement)),
    ...required.map(([id, kpi]) => requirement(result, id, kpi)),
    '  </testsuite>',
  ].join('\n');
}

function properties(result: ScenarioResult): string {
  const { world, transport, network, providers, policy, traceHash } = result;
  const entries = Object.entries({
    world,
    transport,
    network,
    providers,
    policy,
    traceHash,
    seed: `${result.seed}`,
  });
  const lines = entries.map(([name, value]) => `      <property${attributesOf({ name, value })}/>`);
  return ['    <properties>', ...lines, '    </properties>'].join('\n');
}

function requirement(result: ScenarioResult, id: string, kpi: KpiResult): string {
  const inside =
    kpi.verdict === 'none'
      ? ['      <skipped message="nothing was measured"/>']
      : result.failures.filter((failure) => failure.kpi === id).map(failureElement);
  return testcase(result.scenario, `${id} ${kpi.target ?? ''}`.trim(), inside);
}

function testcase(scenario: string, name: string, inside: readonly string[]): string {
  const open = `    <testcase${attributesOf({ classname: `parley.${scenario}`, name })}`;
  return inside.length === 0 ? `${open}/>` : [`${open}>`, ...inside, '    </testcase>'].join('\n');
}

function failureElement({ why, replay, evidence }: Failure): string {
  const lines = evidence.map(
    ({ seed, act, value }) => `seed ${seed}, act ${act === null ? '–' : act + 1}: ${value ?? '–'}`,
  );
  const text = [...lines, `replay: ${replay}`].join('\n');
  return `      <failure${attributesOf({ message: why })}>${escaped(text)}</failure>`;
}
