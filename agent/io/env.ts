// The variables a program was started with: those of a `.env` file beneath those of the process, so
// that the command line always wins. A missing file is fine; an unreadable one is an error value.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Env = Readonly<Record<string, string | undefined>>;

export type EnvResult =
  | { readonly ok: true; readonly env: Env }
  | { readonly ok: false; readonly reason: string };

/** `path` is relative to the working directory. */
export function readEnv(path = '.env', processEnv: Env = process.env): EnvResult {
  try {
    return { ok: true, env: { ...parseEnv(readFileSync(path, 'utf8')), ...processEnv } };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT') return { ok: true, env: { ...processEnv } };
    return { ok: false, reason: `${path} cannot be read (${code}); make it readable or remove it` };
  }
}
