// The committed baseline on disk. It is read whole or not at all, and replaced in one step: a gate that is
// stopped, or a disk that is full, leaves the old one as it was.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Baseline, parseBaseline, writeBaseline } from '#reports/gate/baseline.ts';
import type { UserError } from '../error.ts';

export const BASELINE = fileURLToPath(new URL('../../reports/baselines/gate.json', import.meta.url));

export type ReadBaseline =
  /** No baseline: there is no file. */
  | { readonly ok: true; readonly baseline: Baseline | undefined }
  | { readonly ok: false; readonly error: UserError };

/** `renewal`: the command that makes a new one. */
export function readBaseline(path: string, renewal: string): ReadBaseline {
  if (!existsSync(path)) return { ok: true, baseline: undefined };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return refuse('the baseline cannot be read', path, `check the path and its rights (${messageOf(error)})`);
  }
  const parsed = parseBaseline(text);
  if (parsed.ok) return parsed;
  return refuse(
    `the baseline is none: ${parsed.reason}`,
    path,
    `take it from version control again; or remove it and make a new one: ${renewal}`,
  );
}

/** Why it could not be written, or nothing. */
export function replaceBaseline(path: string, baseline: Baseline): UserError | undefined {
  const draft = `${path}.new`;
  try {
    writeFileSync(draft, writeBaseline(baseline));
    renameSync(draft, path);
  } catch (error) {
    discard(draft);
    const what = `the baseline cannot be written: ${messageOf(error)}`;
    return { what, where: `--baseline ${path}`, todo: 'give a file that can be written', exit: 2 };
  }
  return undefined;
}

/** What is left of an attempt; where even that cannot be removed, the attempt's own error says more. */
function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    return;
  }
}

export type Written =
  | { readonly ok: true; readonly files: readonly string[] }
  | { readonly ok: false; readonly error: UserError };

/** Files of one folder, by name. */
export function writeFiles(out: string, files: Readonly<Record<string, string>>): Written {
  try {
    mkdirSync(out, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(out, name), text);
  } catch (error) {
    const what = `the results cannot be written: ${messageOf(error)}`;
    const todo = 'give a folder that can be written: --out DIR';
    return { ok: false, error: { what, where: `--out ${out}`, todo, exit: 2 } };
  }
  return { ok: true, files: Object.keys(files).map((name) => join(out, name)) };
}

const refuse = (what: string, where: string, todo: string): ReadBaseline => ({
  ok: false,
  error: { what, where, todo, exit: 2 },
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
