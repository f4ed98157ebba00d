// What is known of a file of tests: whether it is there, holds a test at all, and how it ended when it was
// last run, as a report of vitest tells (JSON or JUnit). A file that is merely there has proved nothing.
import { z } from 'zod';

export type TestFound =
  | { readonly state: 'passed' | 'failed'; readonly passed: number; readonly failed: number }
  /** There, with tests, and not run as far as anybody knows. */
  | { readonly state: 'present' }
  /** There is no such file, or no test in it. */
  | { readonly state: 'missing' | 'empty' };

/** How the tests of each file ended, by the file's path with `/` as the report names it. */
export type TestReport = ReadonlyMap<string, Tally>;
type Tally = { readonly passed: number; readonly failed: number };

export type ParsedTests =
  | { readonly ok: true; readonly report: TestReport }
  | { readonly ok: false; readonly reason: string };

/** `source`: the text of the file, undefined when there is none. */
export function testFound(path: string, source: string | undefined, report: TestReport): TestFound {
  if (source === undefined) return { state: 'missing' };
  if (!TEST.test(source.replaceAll(COMMENT, ''))) return { state: 'empty' };
  const [, tally] = [...report].find(([name]) => name === path || name.endsWith(`/${path}`)) ?? [];
  if (tally === undefined || tally.passed + tally.failed === 0) return { state: 'present' };
  return { state: tally.failed > 0 ? 'failed' : 'passed', ...tally };
}

/** `test(`, `it.each([`, `test.runIf(…)(`; neither `test.skip(` and `test.todo(` nor `pattern.test(`. */
const TEST = /(?<![.\w])(?:test|it)(?:\.(?!skip\b|todo\b)\w+)*\s*[(<`]/;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

export function parseTests(text: string): ParsedTests {
  if (text.trimStart().startsWith('<')) return parseJunit(text);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `neither JSON nor XML: ${(error as Error).message}` };
  }
  const parsed = vitestSchema.safeParse(data);
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success) return { ok: false, reason: `${issue?.path.join('.') || 'file'}: ${issue?.message}` };
  return {
    ok: true,
    report: new Map(
      parsed.data.testResults.map(({ name, status, assertionResults }) => {
        const ended = (wanted: string) => assertionResults.filter((one) => one.status === wanted).length;
        // A file that cannot even be loaded fails without a test that does.
        const failed = Math.max(ended('failed'), status === 'failed' ? 1 : 0);
        return [name.replaceAll('\\', '/'), { passed: ended('passed'), failed }];
      }),
    ),
  };
}

const vitestSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** As vitest writes it: a suite per file, named by its path. */
function parseJunit(text: string): ParsedTests {
  const suites = Array.from(text.matchAll(/<testsuite\s([^>]*)>/g), ([, attributes = '']) => {
    const value = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
    const [tests, ...others] = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
      Number(value(name) ?? 0),
    );
    const [failures = 0, errors = 0, skipped = 0] = others;
    const failed = failures + errors;
    return [
      (value('name') ?? '').replaceAll('\\', '/'),
      { passed: (tests ?? 0) - failed - skipped, failed },
    ] as const;
  });
  return suites.length > 0
    ? { ok: true, report: new Map(suites) }
    : { ok: false, reason: 'there is no test suite in it' };
}
