// `npm start`: settings → server. Callers connect with a stock Pipecat client; every call is a
// session of its own, and no call can hurt another.
import { createCall } from './call.ts';
import type { AgentFact } from './core/fact.ts';
import { monotonicUs } from './io/clock.ts';
import type { Connection } from './io/connection.ts';
import { readEnv, type StartProblem } from './io/env.ts';
import { SessionHost } from './io/host.ts';
import { keepAliveAgents } from './io/http.ts';
import { createLog, type Log } from './io/log.ts';
import { startServer } from './io/server.ts';
import { loadTools } from './io/tool-file.ts';
import { VadWorker } from './io/vad.ts';
import { makeCodec } from './media/codec/make.ts';
import { countTokens, loadTokens } from './providers/tokens.ts';
import { type AgentSettings, readSettings, secretsOf } from './settings.ts';
import type { Tool } from './tool/define.ts';

await main();

async function main(): Promise<void> {
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
  // Here nobody waits for it yet; at the first count it would hold up every call.
  loadTokens();
  const loaded = await loadTools(read.settings.toolsFile);
  if (!loaded.ok) return fail(2, [loaded.problem]);
  await serve(read.settings, loaded.tools, createLog(read.settings.logLevel, secretsOf(env.env)));
}

async function serve(settings: AgentSettings, tools: readonly Tool[], log: Log): Promise<void> {
  let stop = async (): Promise<void> => {};
  const vad = await startVad((error) => {
    // An agent that cannot hear is worse than none: whoever runs it may start it again.
    log.fatal({ reason: error.message }, 'the voice activity thread is lost');
    process.exitCode = 3;
    void stop();
  });
  if (!(vad instanceof VadWorker)) return fail(3, [vad]);
  const agents = keepAliveAgents();
  const backgroundAgents = keepAliveAgents();
  let calls = 0;
  const started = await startServer({
    ...settings.server,
    onClient: (connection) => {
      calls += 1;
      hostCall(connection, {
        settings,
        tools,
        vad,
        agents,
        backgroundAgents,
        log: log.child({ session: calls }),
      });
    },
    onFault: (error) => log.error({ err: error }, 'a call failed'),
  });
  if (!started.ok) {
    await vad.stop();
    const { host, port } = settings.server;
    const where = `WS_HOST ${host}, WS_PORT ${port}`;
    const todo = 'set WS_PORT to a free port, or WS_HOST to an address of this machine';
    return fail(3, [{ what: started.reason, where, todo }]);
  }
  log.info({ url: `http://${settings.server.host}:${started.server.port}` }, 'ready for callers');
  stop = async () => {
    log.info('stopping');
    await started.server.close();
    await vad.stop();
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
}

/** The voice activity thread, or why there is none. */
async function startVad(onError: (error: Error) => void): Promise<VadWorker | StartProblem> {
  try {
    return await VadWorker.start({ onError });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      what: `voice activity detection cannot start: ${reason}`,
      where: 'agent/io/silero, and onnxruntime-node in node_modules',
      todo: "npm ci, which brings the model's runtime",
    };
  }
}

type CallParts = {
  readonly settings: AgentSettings;
  readonly vad: VadWorker;
  readonly tools: readonly Tool[];
  readonly agents: ReturnType<typeof keepAliveAgents>;
  readonly backgroundAgents: ReturnType<typeof keepAliveAgents>;
  readonly log: Log;
};

function hostCall(connection: Connection, { settings, log, ...parts }: CallParts): void {
  const { tools } = parts;
  const originUs = monotonicUs();
  const now = () => monotonicUs() - originUs;
  const shared = { settings, countTokens, codecs: makeCodec, tools };
  const call = { transport: 'websocket', epochMs: Date.now(), sessionId: connection.session } as const;
  const session = createCall({ ...shared, ...call });
  log.info({ peer: connection.peer }, 'a caller connected');
  const note = (fact: AgentFact) => {
    if (fact.what === 'error') log.warn(fact, 'a service failed');
    else if (fact.what === 'tool.result' && !fact.ok) log.warn(fact, 'a tool failed');
    else if (fact.what === 'context.trimmed') log.warn(fact, 'a message was longer than it may be');
    else log.debug(fact, fact.what);
  };
  const onFault = (error: unknown) => log.error({ err: error }, 'a bug ended this call');
  const ended = () => log.info('the call ended');
  new SessionHost({ session, connection, ...parts, now, note, onFault, ended });
}

/** Three lines each: what is wrong, where, what to do. */
function fail(code: 2 | 3, problems: readonly StartProblem[]): void {
  const flat = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ');
  for (const { what, where, todo } of problems) {
    console.error(`${flat(what)}\n  at: ${flat(where)}\n  do: ${flat(todo)}`);
  }
  process.exitCode = code;
}
