// Files of a scenario's results: one folder per scenario, and for several scenarios a combined report
// beside them. The only place of the command that writes to disk; a disk that refuses is a user error.
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { junit } from '#reports/junit.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { summary } from '#reports/summary.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { UserError } from '../error.ts';

export type Written =
  /** Paths, in the order in which a reader wants them. */
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly error: UserError };

export type Played = { readonly result: ScenarioResult; readonly facts: readonly Fact[] };

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

export function writeAll(out: string, played: readonly Played[]): Written {
  const files: string[] = [];
  try {
    const folders = foldersOf(played.map(({ result }) => result.origin));
    for (const [index, { result, facts }] of played.entries()) {
      const folder = join(out, folders[index] ?? '');
      files.push(write(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`));
      files.push(write(join(folder, 'summary.md'), summary([result])));
      files.push(write(join(folder, 'junit.xml'), junit([result])));
      files.push(
        write(join(folder, 'trace.jsonl'), facts.map((fact) => `${JSON.stringify(fact)}\n`).join('')),
      );
    }
    if (played.length > 1) {
      const results = played.map(({ result }) => result);
      files.push(write(join(out, 'summary.md'), summary(results)));
      files.push(write(join(out, 'junit.xml'), junit(results)));
    }
  } catch (error) {
    return { ok: false, error: unwritable(out, error) };
  }
  return { ok: true, files };
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
