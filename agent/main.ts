// The agent alone: settings of the environment → server, for clients of one's own. Callers connect with a
// stock Pipecat client; every call is a session of its own, and no call can hurt another. `npm start`
// does the same with the talk page, and without keys on the emulators.
import { readEnv, type StartProblem } from './io/env.ts';
import { keepHeapSmall } from './io/heap.ts';
import { createLog } from './io/log.ts';
import { loadTools } from './io/tool-file.ts';
import { type ServeOptions, serveAgent } from './serve.ts';
import { readSettings, secretsOf } from './settings.ts';

await main();

async function main(): Promise<void> {
  keepHeapSmall();
  const env = readEnv();
  if (!env.ok) return fail(2, [env.problem]);
  const read = readSettings(env.env);
  if (!read.ok) {
    const problems = read.problems.map(({ variable, kind, expected, todo }) => ({
      what: `${variable} is ${kind}: ${expected}`,
      where: `${variable} in the environment or in .env`,
      todo,
    }));
    return fail(read.problems.some(({ kind }) => kind === 'wrong') ? 2 : 3, problems);
  }
  const loaded = await loadTools(read.settings.toolsFile);
  if (!loaded.ok) return fail(2, [loaded.problem]);
  const { settings } = read;
  await serve({ settings, tools: loaded.tools, log: createLog(settings.logLevel, secretsOf(env.env)) });
}

async function serve(options: ServeOptions): Promise<void> {
  const served = await serveAgent(options);
  if (!served.ok) return fail(3, [served.problem]);
  process.once('SIGINT', () => void served.stop());
  process.once('SIGTERM', () => void served.drain());
}

/** Three lines each: what is wrong, where, what to do. */
function fail(code: 2 | 3, problems: readonly StartProblem[]): void {
  const flat = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ');
  for (const { what, where, todo } of problems) {
    console.error(`${flat(what)}\n  at: ${flat(where)}\n  do: ${flat(todo)}`);
  }
  process.exitCode = code;
}
