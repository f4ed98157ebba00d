// Holds the requirements against what was measured and against the tests there are. Pure but for one
// question, which files exist. A figure that is missing proves nothing, so it fails.
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
  /** Whether there is such a file in the repository. */
  hasFile(path: string): boolean;
};

export function judge(requirements: readonly Requirement[], found: Found): RequirementsResult {
  return {
    schema: 'parley-requirements/1',
    origin: found.origin,
    requirements: requirements.map((requirement) => judgeOne(requirement, found)),
  };
}

function judgeOne({ id, title, claims }: Requirement, found: Found): JudgedRequirement {
  const judged = claims.map((claim) => ({ ...claim, by: claim.by.map((one) => weigh(one, found)) }));
  const evidence = judged.flatMap(({ by }) => by);
  const bare = judged.some(({ by, open }) => by.length === 0 && open === undefined);
  const failed = evidence.some(({ held }) => !held);
  const verdict = failed ? 'failed' : evidence.length === 0 || bare ? 'unproved' : 'proved';
  return { id, title, claims: judged, verdict };
}

function weigh(evidence: Evidence, { results, hasFile }: Found): JudgedEvidence {
  if (evidence.kind === 'test') return { ...evidence, held: hasFile(evidence.file) };
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
    held: figure !== null && holds(figure, evidence.comparison, evidence.bound),
  };
}
