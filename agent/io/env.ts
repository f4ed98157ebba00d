// The variables a program was started with: those of a `.env` file beneath those of the process, so
// that the command line always wins. A missing file is fine; an unreadable one is an error value.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

export type Env = Readonly<Record<string, string | undefined>>;

export type EnvResult =
  | { readonly ok: true; readonly env: Env }
  | { readonly ok: false; readonly problem: StartProblem };

/** Why the agent cannot start: what is wrong, where, and what to do about it; never a secret. */
export type StartProblem = { readonly what: string; readonly where: string; readonly todo: string };

/** `path` is relative to the working directory. */
export function readEnv(path = '.env', processEnv: Env = process.env): EnvResult {
  try {
    return { ok: true, env: { ...parseEnv(readFileSync(path, 'utf8')), ...processEnv } };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return { ok: true, env: { ...processEnv } };
    const problem = { what: `${path} cannot be read (${code})`, where: resolve(path) };
    return { ok: false, problem: { ...problem, todo: `make ${path} readable or remove it` } };
  }
}
