// What the product must do, and what proves it: each requirement as claims in our own words, each claim with
// measurements and tests. A claim that nothing here can prove says why instead of looking proved.
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

/** `fig('wer', 'value', '<', 0.1)` in one scenario. */
type Bound = readonly [
  kpi: string,
  statistic: Target['statistic'],
  comparison: Target['comparison'],
  bound: number,
];

/** The same bounds in each of the scenarios. */
export const measured = (
  scenarios: readonly string[],
  bounds: readonly Bound[],
  transport: TransportName = 'websocket',
): readonly Evidence[] =>
  scenarios.flatMap((scenario) =>
    bounds.map(
      ([kpi, statistic, comparison, bound]): Evidence => ({
        kind: 'measure',
        scenario,
        kpi,
        statistic,
        comparison,
        bound,
        transport,
      }),
    ),
  );

export const tested = (...files: readonly string[]): readonly Evidence[] =>
  files.map((file) => ({ kind: 'test', file }));

export const claim = (says: string, ...by: readonly (readonly Evidence[])[]): Claim => ({
  says,
  by: by.flat(),
});

/** A claim, or a part of one, that nothing here proves, and why. */
export const unproved = (says: string, open: string): Claim => ({ says, by: [], open });
