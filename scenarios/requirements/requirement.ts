// What the product must do, and what proves it: each requirement as claims in our own words, each claim with
// measurements and tests. A claim that nothing here can prove says why instead of looking proved.
import { assert } from '#agent/core/assert.ts';
import type { Target } from '#reports/result.ts';

export type Requirement = {
  /** As the product requirements number it: FR-1 … FR-14, NFR-1 … NFR-15. */
  readonly id: string;
  readonly title: string;
  readonly claims: readonly Claim[];
};

export type Claim = {
  readonly says: string;
  readonly by: readonly Evidence[];
  /** Why nothing here proves it, or not all of it. */
  readonly open?: string;
};

export type Evidence =
  /** The figure of a KPI in a scenario, and what it must reach. */
  | (Target & {
      readonly kind: 'measure';
      readonly scenario: string;
      readonly kpi: string;
      readonly transport: TransportName;
    })
  /** A file of tests that `npm test` runs. */
  | { readonly kind: 'test'; readonly file: string };

export type TransportName = 'websocket' | 'webrtc';

type Comparison = Target['comparison'];

/** As people write a target: `wer < 0.1`, or `reconnect_ms p95 <= 1000` where there are several figures. */
type Bound = `${string} ${Comparison} ${number}`;

export const requirement = (id: string, title: string, ...claims: readonly Claim[]): Requirement => ({
  id,
  title,
  claims,
});

export const claim = (says: string, ...by: readonly (readonly Evidence[])[]): Claim => ({
  says,
  by: by.flat(),
});

/** A claim, or a part of one, that nothing here proves, and why. */
export const unproved = (says: string, open: string): Claim => ({ says, by: [], open });

/** The same bounds in each of the scenarios: `measured('telephone', 'unanswered_turns = 0')`. */
export const measured = (scenarios: string | readonly string[], ...bounds: readonly Bound[]) =>
  measuredOver('websocket', scenarios, bounds);

/** The same over WebRTC. */
export const overWebrtc = (scenarios: string | readonly string[], ...bounds: readonly Bound[]) =>
  measuredOver('webrtc', scenarios, bounds);

export const tested = (...files: readonly string[]): readonly Evidence[] =>
  files.map((file) => ({ kind: 'test', file }));

const measuredOver = (
  transport: TransportName,
  scenarios: string | readonly string[],
  bounds: readonly Bound[],
): readonly Evidence[] =>
  [scenarios]
    .flat()
    .flatMap((scenario) =>
      bounds.map((bound): Evidence => ({ kind: 'measure', scenario, transport, ...readBound(bound) })),
    );

const STATISTICS: readonly Target['statistic'][] = ['p50', 'p95', 'p99'];
const COMPARISONS: readonly Comparison[] = ['<', '<=', '>', '>=', '='];

function readBound(text: Bound): Target & { readonly kpi: string } {
  const [, kpi, named, sign, number] = /^(\S+)(?: (p\d\d))? (\S+) ([\d.]+)$/.exec(text) ?? [];
  const statistic = named === undefined ? 'value' : STATISTICS.find((one) => one === named);
  const comparison = COMPARISONS.find((one) => one === sign);
  assert(kpi !== undefined && statistic !== undefined && comparison !== undefined, `no bound: ${text}`);
  return { kpi, statistic, comparison, bound: Number(number) };
}
