// The requirements with what was found of them: the figure of today beside what it must be, the tests that
// stand for it, and what nobody has proved. Made where scenarios are played, read by the reports.

export type JudgedEvidence =
  | {
      readonly kind: 'measure';
      readonly scenario: string;
      readonly transport: string;
      readonly kpi: string;
      /** What is required, in words: `p95 < 1000`. */
      readonly target: string;
      readonly unit: string;
      /** Null when it was not measured. */
      readonly figure: number | null;
      readonly n: number;
      readonly held: boolean;
    }
  | { readonly kind: 'test'; readonly file: string; readonly held: boolean };

export type JudgedClaim = {
  readonly says: string;
  readonly by: readonly JudgedEvidence[];
  readonly open?: string;
};

export type JudgedRequirement = {
  readonly id: string;
  readonly title: string;
  readonly claims: readonly JudgedClaim[];
  /** `failed`: evidence that does not hold. `unproved`: no evidence at all. */
  readonly verdict: 'proved' | 'failed' | 'unproved';
};

export type RequirementsResult = {
  readonly schema: 'parley-requirements/1';
  /** Where the figures come from, in words. */
  readonly origin: string;
  readonly requirements: readonly JudgedRequirement[];
};

/** What did not hold, in one line each. */
export const failuresIn = ({ claims }: JudgedRequirement): readonly string[] =>
  claims.flatMap(({ by }) => by.filter(({ held }) => !held).map(evidenceText));

/** A measurement or a test, as a person reads it. */
export function evidenceText(evidence: JudgedEvidence): string {
  if (evidence.kind === 'test') return `${evidence.file}${evidence.held ? '' : ' (there is no such file)'}`;
  const { scenario, transport, kpi, target, figure, unit, n } = evidence;
  const where = transport === 'websocket' ? scenario : `${scenario}, ${transport}`;
  const found = figure === null ? 'not measured' : `${rounded(figure)} ${unit} (n=${n})`;
  return `${kpi} ${target} in ${where}: ${found}`;
}

const rounded = (figure: number): string => String(Number(figure.toPrecision(4)));
