// Holds the requirements against what was measured and against the tests there are. Pure but for one
// question, what is known of a file of tests. A figure that is missing proves nothing, so it fails.
import type {
  JudgedEvidence,
  JudgedRequirement,
  RequirementsResult,
} from '#reports/requirement/requirement-result.ts';
import { figureOf, type ScenarioResult, writeTarget } from '#reports/result.ts';
import { holds } from '../kpis/figure.ts';
import { FUNCTIONAL } from './functional.ts';
import { QUALITY } from './quality.ts';
import type { Evidence, Requirement, TransportName } from './requirement.ts';
import type { TestFound } from './test-report.ts';

export const REQUIREMENTS: readonly Requirement[] = [...FUNCTIONAL, ...QUALITY];

/** A scenario as it must have been played for a measurement. */
export type Needed = { readonly scenario: string; readonly transport: TransportName };

/** Every scenario that a measurement asks for, once for each transport. */
export function neededBy(requirements: readonly Requirement[]): readonly Needed[] {
  const needed = new Map<string, Needed>();
  for (const evidence of requirements.flatMap(({ claims }) => claims.flatMap(({ by }) => by))) {
    if (evidence.kind !== 'measure') continue;
    const { scenario, transport } = evidence;
    needed.set(`${scenario} ${transport}`, { scenario, transport });
  }
  return [...needed.values()];
}

export type Found = {
  readonly origin: string;
  readonly results: readonly ScenarioResult[];
  /** Where it is known from how tests ended, in words. */
  readonly tests: string;
  /** What is known of a file of tests. */
  testOf(path: string): TestFound;
};

export function judge(requirements: readonly Requirement[], found: Found): RequirementsResult {
  return {
    schema: 'parley-requirements/2',
    origin: found.origin,
    tests: found.tests,
    requirements: requirements.map((requirement) => judgeOne(requirement, found)),
  };
}

function judgeOne({ id, title, claims }: Requirement, found: Found): JudgedRequirement {
  const judged = claims.map((claim) => ({ ...claim, by: claim.by.map((one) => weigh(one, found)) }));
  const evidence = judged.flatMap(({ by }) => by);
  const bare = judged.some(({ by, open }) => by.length === 0 && open === undefined);
  const verdict = (): JudgedRequirement['verdict'] => {
    if (evidence.some(({ held }) => !held)) return 'failed';
    if (evidence.length === 0 || bare) return 'unproved';
    if (evidence.some((one) => one.kind === 'test' && one.state === 'present')) return 'unrun';
    return judged.some(({ open }) => open !== undefined) ? 'except' : 'proved';
  };
  return { id, title, claims: judged, verdict: verdict() };
}

function weigh(evidence: Evidence, { results, testOf }: Found): JudgedEvidence {
  if (evidence.kind === 'test') {
    const found = testOf(evidence.file);
    const held = found.state === 'passed' || found.state === 'present';
    return { ...evidence, passed: 0, failed: 0, ...found, held };
  }
  const { scenario, transport, kpi } = evidence;
  const result = results.find((one) => one.scenario === scenario && one.transport === transport);
  const measured = result?.kpis[kpi];
  const figure = figureOf(measured, evidence.statistic);
  return {
    kind: 'measure',
    scenario,
    transport,
    kpi,
    target: writeTarget(evidence),
    unit: measured?.unit ?? '',
    figure,
    n: measured?.n ?? 0,
    runs: result?.runs ?? 0,
    held: figure !== null && holds(figure, evidence.comparison, evidence.bound),
  };
}
