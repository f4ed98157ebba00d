// The requirements as a terminal and as a page of Markdown show them: the verdict first, then the claims
// with their evidence. Marks and words say the same; colour is never the only signal.
import pico from 'picocolors';
import { wrap } from '../text.ts';
import {
  evidenceText,
  failuresIn,
  type JudgedClaim,
  type JudgedRequirement,
  type RequirementsResult,
} from './requirement-result.ts';

const MARK = { proved: '✓', failed: '✗', unproved: '?' } as const;

/** Text without a trailing newline, at most 100 columns. */
export function requirementsTerminal({ origin, requirements }: RequirementsResult, colour: boolean): string {
  const colours = pico.createColors(colour);
  const paint = { proved: colours.green, failed: colours.red, unproved: colours.yellow } as const;
  const blocks = requirements.map((requirement) => {
    const { id, title, verdict, claims } = requirement;
    const head = `${paint[verdict](MARK[verdict])} ${colours.bold(id)} ${title}`;
    return [head, ...claims.flatMap(claimLines)].join('\n');
  });
  return [...blocks, summaryOf(requirements), `figures: ${origin}`].join('\n\n');
}

function claimLines({ says, by, open }: JudgedClaim): readonly string[] {
  return [
    ...wrap(says.split(' '), '    ', '  '),
    ...by.flatMap((evidence) =>
      wrap([evidence.held ? '✓' : '✗', ...evidenceText(evidence).split(' ')], '        ', '      '),
    ),
    ...(open === undefined ? [] : wrap(['– not proved here:', ...open.split(' ')], '        ', '      ')),
  ];
}

/** A table of verdicts, then every requirement with its evidence. */
export function requirementsMarkdown({ origin, requirements }: RequirementsResult): string {
  const rows = requirements.map((requirement) => {
    const { id, title, verdict } = requirement;
    const missed = failuresIn(requirement).map(escaped).join('<br>') || '–';
    return `| ${MARK[verdict]} | ${id} | ${title} | ${missed} |`;
  });
  const details = requirements.map(({ id, title, claims }) =>
    [
      `## ${id} ${title}`,
      '',
      ...claims.flatMap(({ says, by, open }) => [
        `- ${says}`,
        ...by.map((evidence) => `  - ${evidence.held ? '✓' : '✗'} ${escaped(evidenceText(evidence))}`),
        ...(open === undefined ? [] : [`  - – not proved here: ${open}`]),
      ]),
    ].join('\n'),
  );
  const table = ['| | requirement | | what does not hold |', '|---|---|---|---|', ...rows].join('\n');
  const head = `# Requirements\n\n${summaryOf(requirements)}\n\nFigures: ${origin}.`;
  return `${[head, table, ...details].join('\n\n')}\n`;
}

function summaryOf(requirements: readonly JudgedRequirement[]): string {
  const count = (verdict: JudgedRequirement['verdict']) =>
    requirements.filter((requirement) => requirement.verdict === verdict).length;
  const open = requirements
    .flatMap(({ claims }) => claims)
    .filter((claim) => claim.open !== undefined).length;
  const total = `${count('proved')} of ${requirements.length} requirements proved`;
  return `${total}, ${count('failed')} failed, ${count('unproved')} without evidence; ${open} claims open`;
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
