// Files of a scenario's results: one folder per scenario, and for several scenarios a combined report
// beside them. The only place of the command that writes to disk; a disk that refuses is a user error.
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { ConversationReport } from '#reports/conversation/conversation-report.ts';
import { perfettoTrace } from '#reports/conversation/perfetto.ts';
import type { Bundle } from '#reports/html/bundle.ts';
import { conversationPage } from '#reports/html/conversation-page.ts';
import { junit } from '#reports/junit.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { summary } from '#reports/summary.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { UserError } from '../error.ts';

export type Written =
  /** Paths, in the order in which a reader wants them. */
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly error: UserError };

/** `facts`: of the worst run. */
export type Played = {
  readonly result: ScenarioResult;
  readonly facts: readonly Fact[];
  readonly report: ConversationReport;
};

/** What stands against writing into `out`, found before any work is done for it. */
export function outputError(out: string): UserError | undefined {
  try {
    makeFolder(out);
    // A file of that name is found here, and not after the last run.
    accessSync(join(out, '.'), constants.W_OK);
  } catch (error) {
    return unwritable(out, error);
  }
  return undefined;
}

/** `bundle`: what runs in the reports' pages. */
export function writeAll(out: string, played: readonly Played[], bundle: Bundle): Written {
  const folders = foldersOf(played.map(({ result }) => result.origin));
  const results = played.map(({ result }) => result);
  const combined: readonly File[] =
    played.length > 1
      ? [
          ['summary.md', summary(results)],
          ['junit.xml', junit(results)],
        ]
      : [];
  const own = played.flatMap((one, index) =>
    filesOf(one, bundle).map(([name, text]): File => [join(folders[index] ?? '', name), text]),
  );
  try {
    return { ok: true, files: [...own, ...combined].map(([name, text]) => write(join(out, name), text)) };
  } catch (error) {
    return { ok: false, error: unwritable(out, error) };
  }
}

/** Path and text. */
type File = readonly [string, string];

/** Made before anything is written: what goes wrong then is the disk's doing. */
function filesOf({ result, facts, report }: Played, bundle: Bundle): readonly File[] {
  const [call] = report.calls;
  return [
    ['report.html', conversationPage(report, bundle)],
    ['result.json', `${JSON.stringify(result, null, 2)}\n`],
    ['summary.md', summary([result])],
    ['junit.xml', junit([result])],
    ['trace.jsonl', facts.map((fact) => `${JSON.stringify(fact)}\n`).join('')],
    ...(call === undefined ? [] : [['trace.perfetto.json', perfettoTrace(result.scenario, call)] as const]),
  ];
}

const unwritable = (out: string, error: unknown): UserError => ({
  what: `the results cannot be written: ${error instanceof Error ? error.message : String(error)}`,
  where: `--out ${out}`,
  todo: 'give a folder that can be written: --out DIR',
  exit: 2,
});

function write(path: string, text: string): string {
  makeFolder(dirname(path));
  writeFileSync(path, text);
  return path;
}

/** Step by step: Node 24's own `recursive` never returns where the system refuses with ENOENT (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** A folder for each: the scenario's name or its file's, numbered where two would be the same. */
function foldersOf(origins: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return origins.map((origin) => {
    const name = folderName(origin);
    let folder = name;
    for (let number = 2; taken.has(folder); number += 1) folder = `${name}-${number}`;
    taken.add(folder);
    return folder;
  });
}

/** One folder, whatever a file may be called. */
const folderName = (origin: string): string =>
  basename(origin, extname(origin))
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^\.+/, '') || 'scenario';
