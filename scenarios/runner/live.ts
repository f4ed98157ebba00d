// The vendors of the settings, for the live world: `.env` and the environment as `npm start` reads them. What
// is missing or wrong is told with the name of its variable before anything is played.
import { type Env, readEnv } from '#agent/io/env.ts';
import { type AgentSettings, readSettings } from '#agent/settings.ts';
import type { UserError } from '../error.ts';

export type LiveSettings =
  | { readonly ok: true; readonly settings: AgentSettings }
  | { readonly ok: false; readonly errors: readonly UserError[] };

/** `asked` comes before all that the environment says. */
export function liveSettings(asked: Env = {}): LiveSettings {
  const read = readEnv();
  if (!read.ok) return { ok: false, errors: [{ ...read.problem, exit: 2 }] };
  const settings = readSettings({ ...read.env, ...asked });
  if (settings.ok) return settings;
  const errors = settings.problems.map(
    ({ variable, kind, expected, todo }): UserError => ({
      what: `${variable} is ${kind}: ${expected}`,
      where: `--world live takes ${variable} from the environment or from .env`,
      todo,
      exit: kind === 'wrong' ? 2 : 3,
    }),
  );
  return { ok: false, errors };
}

/** Who takes the stages, as `--providers` would say it. */
export const castOf = ({ vendors }: AgentSettings): string =>
  (['stt', 'llm', 'tts'] as const)
    .map((stage) => `${stage}=${vendors[stage].provider}/${vendors[stage].model}`)
    .join(',');
