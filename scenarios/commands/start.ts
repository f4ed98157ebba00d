// `npm start`: the agent and its talk page. With keys it talks to the vendors; without any it says so and
// plays a scenario with the emulators, whose recogniser takes whatever sounds for the line that is due.
// With some keys but not all it says which are missing, as the agent alone does.
import { readEnv, type StartProblem } from '#agent/io/env.ts';
import { keepHeapSmall } from '#agent/io/heap.ts';
import { createLog } from '#agent/io/log.ts';
import { makeTalkPage } from '#agent/io/page.ts';
import { loadTools } from '#agent/io/tool-file.ts';
import { type CallPlan, type ServeOptions, serveAgent } from '#agent/serve.ts';
import type { Problem } from '#agent/setting/variable.ts';
import { type AgentSettings, hasKeys, readSettings, secretsOf } from '#agent/settings.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { toolsOf } from '#sim/toolbox.ts';
import { formatError, type UserError } from '../error.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { demoPages } from '../talk/answer.ts';
import { type Play, playOf } from '../talk/play.ts';
import { PROGRAMME } from '../talk/programme.ts';
import { Stage } from '../talk/stage.ts';
import { openFile } from './open.ts';

export type StartOptions = {
  /** Instead of WS_PORT; 0 for any. */
  readonly port?: number;
  /** Show the page in a browser. */
  readonly open: boolean;
  /** What is offered first without keys. */
  readonly scenario?: string;
};

type Env = Readonly<Record<string, string | undefined>>;

export async function run(options: StartOptions): Promise<number> {
  keepHeapSmall();
  const read = readEnv();
  if (!read.ok) return refuse([{ ...read.problem, exit: 2 }]);
  const env: Env = options.port === undefined ? read.env : { ...read.env, WS_PORT: String(options.port) };
  const prepared = await prepare(env, options.scenario);
  if (!prepared.ok) return refuse(prepared.errors);
  const ended = Promise.withResolvers<number>();
  const served = await serveAgent(prepared.options);
  if (!served.ok) {
    await prepared.close();
    return refuse([startError(served.problem, options.port)]);
  }
  const { host } = prepared.options.settings.server;
  // A page may use the microphone on localhost, not at an address without a name.
  const shown = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host;
  const url = `http://${shown}:${served.port}`;
  process.once('SIGINT', () => ended.resolve(0));
  process.once('SIGTERM', () => void served.drain().then(() => ended.resolve(0)));
  process.stdout.write(greeting(url, prepared.about));
  if (options.open) openFile(url, () => process.stdout.write(`Open ${url} in a browser.\n`));
  const code = await ended.promise;
  await served.stop();
  await prepared.close();
  return code;
}

async function prepare(env: Env, scenario: string | undefined): Promise<Prepared> {
  const settings = readSettings(env);
  if (settings.ok) return withKeys(env, settings.settings);
  // What is wrong is wrong with emulators too; a key among none is missed by nobody.
  if (hasKeys(env)) return { ok: false, errors: settings.problems.map(settingError) };
  const wrong = settings.problems.filter(({ kind }) => kind === 'wrong');
  return wrong.length === 0 ? onEmulators(env, scenario) : { ok: false, errors: wrong.map(settingError) };
}

type Prepared =
  | {
      readonly ok: true;
      readonly options: ServeOptions;
      /** Whom the agent talks to, for the terminal. */
      readonly about: readonly string[];
      close(): Promise<void>;
    }
  | { readonly ok: false; readonly errors: readonly UserError[] };

/** The vendors, the settings that lead to them, and tools of one's own. */
async function withKeys(env: Env, settings: AgentSettings): Promise<Prepared> {
  const loaded = await loadTools(settings.toolsFile);
  if (!loaded.ok) return { ok: false, errors: [{ ...loaded.problem, exit: 2 }] };
  const log = createLog(settings.logLevel, secretsOf(env));
  const pages = await makeTalkPage({ config: { demo: false } });
  return {
    ok: true,
    options: { settings, tools: loaded.tools, log, pages },
    about: ['It talks to the vendors whose keys are set.'],
    close: async () => {},
  };
}

/** Each session its own emulators: the address that its agent calls holds the session's id. */
async function onEmulators(env: Env, name: string = PROGRAMME[0]): Promise<Prepared> {
  const building = makeTalkPage({ config: { demo: true } });
  const profile = loadProfile('prd');
  if (!profile.ok) throw new Error(profile.reason);
  const table = readSpeech();
  const plays: Play[] = [];
  for (const one of new Set([name, ...PROGRAMME])) {
    const loaded = await loadScenario(one);
    if (!loaded.ok) return { ok: false, errors: [loaded.error] };
    plays.push(playOf(loaded.scenario, table));
  }
  const [first] = plays;
  if (first === undefined) throw new Error('the programme is empty');
  const stage = new Stage(profile.profile, first);
  await stage.open();
  const planOf = (session: string): CallPlan => {
    const read = readSettings({ ...env, ...stage.envOf(session) });
    if (!read.ok) throw new Error(read.problems.map(({ expected }) => expected).join('; '));
    return {
      settings: read.settings,
      tools: toolsOf(stage.playOf(session).scenario.tools ?? [], stage.clock),
    };
  };
  const page = await building;
  const demo = demoPages(stage, plays);
  const { settings, tools } = planOf('none');
  return {
    ok: true,
    options: {
      settings,
      tools,
      log: createLog(settings.logLevel, secretsOf(env)),
      pages: (question) => page(question) ?? demo(question),
      planOf,
    },
    about: ['No key is set: it runs on the built-in emulators.', HOW_TO_SET_KEYS],
    close: () => stage.close(),
  };
}

const HOW_TO_SET_KEYS = 'For the real vendors: cp .env.example .env, fill in the keys, start again.';

const greeting = (url: string, about: readonly string[]): string =>
  ['', `  Talk to it: ${url}`, '', ...about.map((line) => `  ${line}`), '  Ctrl-C ends it.', '', ''].join(
    '\n',
  );

const settingError = ({ variable, kind, expected, todo }: Problem): UserError => ({
  what: `${variable} is ${kind}: ${expected}`,
  where: `${variable} in the environment or in .env`,
  todo,
  exit: kind === 'wrong' ? 2 : 3,
});

/** Whoever named the port on the command line is told of that. */
function startError({ what, where, todo }: StartProblem, port: number | undefined): UserError {
  if (port === undefined || !where.includes('WS_PORT')) return { what, where, todo, exit: 3 };
  return {
    what,
    where: `--port ${port}`,
    todo: 'choose another port: npm start -- --port 0 takes any',
    exit: 3,
  };
}

function refuse(errors: readonly UserError[]): number {
  for (const error of errors) process.stderr.write(`${formatError(error)}\n`);
  return errors.some(({ exit }) => exit === 2) ? 2 : 3;
}
