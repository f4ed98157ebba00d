// The requirements as a terminal and as a page of Markdown show them: the verdict first, then the claims
// with their evidence. Marks and words say the same; colour is never the only signal.
import pico from 'picocolors';
import { wrap } from '../text.ts';
import {
  evidenceText,
  failuresIn,
  type JudgedClaim,
  type JudgedRequirement,
  markOf,
  type RequirementsResult,
} from './requirement-result.ts';

const MARK = { proved: '✓', except: '✓', unrun: '–', failed: '✗', unproved: '?' } as const;

/** Text without a trailing newline, at most 100 columns. */
export function requirementsTerminal({ requirements, ...from }: RequirementsResult, colour: boolean): string {
  const colours = pico.createColors(colour);
  const { green, yellow, red } = colours;
  const paint = { proved: green, except: yellow, unrun: yellow, failed: red, unproved: yellow } as const;
  const blocks = requirements.map((requirement) => {
    const { id, title, verdict, claims } = requirement;
    const heading = `${paint[verdict](MARK[verdict])} ${colours.bold(id)} ${title}${remark(requirement)}`;
    return [...wrap(heading.split(' '), '    '), ...claims.flatMap(claimLines)].join('\n');
  });
  const origins = originsOf(from).flatMap((line) => wrap(line.split(' '), '  '));
  return [...blocks, wrap(summaryOf(requirements).split(' '), '  ').join('\n'), origins.join('\n')].join(
    '\n\n',
  );
}

function claimLines({ says, by, open }: JudgedClaim): readonly string[] {
  return [
    ...wrap(says.split(' '), '    ', '  '),
    ...by.flatMap((evidence) =>
      wrap([markOf(evidence), ...evidenceText(evidence).split(' ')], '        ', '      '),
    ),
    ...(open === undefined ? [] : wrap(['– not proved here:', ...open.split(' ')], '        ', '      ')),
  ];
}

/** A table of verdicts, then every requirement with its evidence. */
export function requirementsMarkdown({ requirements, ...from }: RequirementsResult): string {
  const rows = requirements.map((requirement) => {
    const { id, title, verdict } = requirement;
    const missed = failuresIn(requirement).map(escaped).join('<br>') || '–';
    return `| ${MARK[verdict]} | ${id} | ${title}${escaped(remark(requirement))} | ${missed} |`;
  });
  const details = requirements.map(({ id, title, claims }) =>
    [
      `## ${id} ${title}`,
      '',
      ...claims.flatMap(({ says, by, open }) => [
        `- ${says}`,
        ...by.map((evidence) => `  - ${markOf(evidence)} ${escaped(evidenceText(evidence))}`),
        ...(open === undefined ? [] : [`  - – not proved here: ${open}`]),
      ]),
    ].join('\n'),
  );
  const table = ['| | requirement | | what does not hold |', '|---|---|---|---|', ...rows].join('\n');
  const head = ['# Requirements', summaryOf(requirements), ...originsOf(from)].join('\n\n');
  return `${[head, table, ...details].join('\n\n')}\n`;
}

/** What a verdict leaves out: claims that nothing here proves, and tests that were not run. */
function remark({ verdict, claims }: JudgedRequirement): string {
  if (verdict === 'unrun') return ': nothing fails, and not every test was run here';
  if (verdict !== 'except') return '';
  const open = claims.filter((claim) => claim.open !== undefined).map(({ says }) => says);
  return `: proved except: ${open.join('; ')}`;
}

function summaryOf(requirements: readonly JudgedRequirement[]): string {
  const count = (verdict: JudgedRequirement['verdict']) =>
    requirements.filter((requirement) => requirement.verdict === verdict).length;
  const open = requirements
    .flatMap(({ claims }) => claims)
    .filter((claim) => claim.open !== undefined).length;
  const parts = [
    `${count('proved')} of ${requirements.length} requirements proved`,
    `${count('except')} proved with open claims`,
    `${count('unrun')} with tests not run here`,
    `${count('failed')} failed`,
    `${count('unproved')} without evidence`,
  ];
  return `${parts.join(', ')}; ${open} ${open === 1 ? 'claim' : 'claims'} open`;
}

const originsOf = ({ origin, tests }: Pick<RequirementsResult, 'origin' | 'tests'>): readonly string[] => [
  `Figures: ${origin}.`,
  `Tests: ${tests}.`,
];

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
