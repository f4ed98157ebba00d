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
      /** Conversations in which it was measured. */
      readonly runs: number;
      readonly held: boolean;
    }
  | {
      readonly kind: 'test';
      readonly file: string;
      /** `present`: there, with tests, and not known to have been run. `empty`: there, without a test. */
      readonly state: 'passed' | 'failed' | 'present' | 'empty' | 'missing';
      /** Tests that passed, and those that did not. */
      readonly passed: number;
      readonly failed: number;
      /** Nothing speaks against it. */
      readonly held: boolean;
    };

export type JudgedClaim = {
  readonly says: string;
  readonly by: readonly JudgedEvidence[];
  readonly open?: string;
};

export type JudgedRequirement = {
  readonly id: string;
  readonly title: string;
  readonly claims: readonly JudgedClaim[];
  /**
   * `except`: proved but for claims that are open. `unrun`: nothing fails, and some tests were not run.
   * `failed`: evidence that does not hold. `unproved`: no evidence at all.
   */
  readonly verdict: 'proved' | 'except' | 'unrun' | 'failed' | 'unproved';
};

export type RequirementsResult = {
  readonly schema: 'parley-requirements/2';
  /** Where the figures come from, in words. */
  readonly origin: string;
  /** Where it is known from how the tests ended, in words. */
  readonly tests: string;
  readonly requirements: readonly JudgedRequirement[];
};

/** What did not hold, in one line each. */
export const failuresIn = ({ claims }: JudgedRequirement): readonly string[] =>
  claims.flatMap(({ by }) => by.filter(({ held }) => !held).map(evidenceText));

/** `–` is what was not looked at here. */
export const markOf = (evidence: JudgedEvidence): '✓' | '✗' | '–' => {
  if (!evidence.held) return '✗';
  return evidence.kind === 'test' && evidence.state === 'present' ? '–' : '✓';
};

/** A measurement or a test, as a person reads it. */
export function evidenceText(evidence: JudgedEvidence): string {
  if (evidence.kind === 'test') return `${evidence.file}${endOf(evidence)}`;
  const { scenario, transport, kpi, target, figure, unit } = evidence;
  const where = transport === 'websocket' ? scenario : `${scenario}, ${transport}`;
  const found = figure === null ? 'not measured' : `${rounded(figure)} ${unit} (${basisOf(evidence)})`;
  return `${kpi} ${target} in ${where}: ${found}`;
}

function endOf({ state, passed, failed }: JudgedEvidence & { readonly kind: 'test' }): string {
  switch (state) {
    case 'passed':
      return `: ${passed} ${passed === 1 ? 'test' : 'tests'} passed`;
    case 'failed':
      return `: ${failed} of ${passed + failed} tests failed`;
    case 'present':
      return ': test present, not run here';
    case 'empty':
      return ' (there is no test in it)';
    case 'missing':
      return ' (there is no such file)';
  }
}

/** How much stands behind a figure. Of fewer samples than this the percentile is the largest of them. */
function basisOf({ target, n, runs }: JudgedEvidence & { readonly kind: 'measure' }): string {
  const share = Number(/^p(\d\d) /.exec(target)?.[1] ?? 50) / 100;
  const few = share > 0.5 && n * (1 - share) < 1 - 1e-9 ? ', too few for it: the largest' : '';
  return `n=${n} in ${runs} ${runs === 1 ? 'run' : 'runs'}${few}`;
}

const rounded = (figure: number): string => String(Number(figure.toPrecision(4)));
