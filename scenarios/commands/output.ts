// Files of a scenario's results: one folder per scenario, and for several scenarios a combined report
// beside them. The only place of the command that writes to disk; a disk that refuses is a user error.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

export function writeAll(out: string, played: readonly Played[]): Written {
  const files: string[] = [];
  try {
    for (const { result, facts } of played) {
      const folder = join(out, folderName(result.scenario));
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
    const reason = error instanceof Error ? error.message : String(error);
    const todo = 'give a folder that can be written: --out DIR';
    return {
      ok: false,
      error: { what: `the results cannot be written: ${reason}`, where: `--out ${out}`, todo, exit: 2 },
    };
  }
  return { ok: true, files };
}

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A scenario's name as one folder, whatever a file may have called it. */
const folderName = (scenario: string): string =>
  scenario.replaceAll(/[^\w.-]+/g, '-').replace(/^\.+/, '') || 'scenario';
