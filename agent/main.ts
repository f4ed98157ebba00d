// `npm start`: settings → server. Callers connect with a stock Pipecat client; every call is a
// session of its own, and no call can hurt another.
import { createCall } from './call.ts';
import type { AgentFact } from './core/fact.ts';
import { monotonicUs } from './io/clock.ts';
import type { Connection } from './io/connection.ts';
import { readEnv } from './io/env.ts';
import { SessionHost } from './io/host.ts';
import { keepAliveAgents } from './io/http.ts';
import { createLog, type Log } from './io/log.ts';
import { startServer } from './io/server.ts';
import { VadWorker } from './io/vad.ts';
import { countTokens } from './providers/tokens.ts';
import { type AgentSettings, readSettings, secretsOf } from './settings.ts';

await main();

async function main(): Promise<void> {
  const env = readEnv();
  if (!env.ok) return fail(2, [env.reason]);
  const read = readSettings(env.env);
  if (!read.ok) {
    const lines = read.problems.map(
      ({ variable, kind, expected, todo }) => `${variable} is ${kind}: ${expected}\n  do: ${todo}`,
    );
    return fail(read.problems.some(({ kind }) => kind === 'wrong') ? 2 : 3, lines);
  }
  const { settings } = read;
  const log = createLog(settings.logLevel, secretsOf(env.env));
  const vad = await VadWorker.start({
    onError: (error) => log.fatal({ reason: error.message }, 'the voice activity thread is lost'),
  });
  const agents = keepAliveAgents();
  let calls = 0;
  const started = await startServer({
    ...settings.server,
    onClient: (connection) => {
      calls += 1;
      hostCall(connection, { settings, vad, agents, log: log.child({ session: calls }) });
    },
    onFault: (error) => log.error({ error }, 'a call failed'),
  });
  if (!started.ok) {
    await vad.stop();
    return fail(3, [`${started.reason}\n  do: set WS_PORT to a free port`]);
  }
  log.info({ url: `http://${settings.server.host}:${started.server.port}` }, 'ready for callers');
  const stop = async () => {
    log.info('stopping');
    await started.server.close();
    await vad.stop();
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
}

type CallParts = {
  readonly settings: AgentSettings;
  readonly vad: VadWorker;
  readonly agents: ReturnType<typeof keepAliveAgents>;
  readonly log: Log;
};

function hostCall(connection: Connection, { settings, vad, agents, log }: CallParts): void {
  const originUs = monotonicUs();
  const now = () => monotonicUs() - originUs;
  const session = createCall({ settings, epochMs: Date.now(), countTokens });
  log.info({ peer: connection.peer }, 'a caller connected');
  const note = (fact: AgentFact) => {
    if (fact.what === 'error') log.warn(fact, 'a service failed');
    else log.debug(fact, fact.what);
  };
  new SessionHost({ session, connection, vad, agents, now, note, ended: () => log.info('the call ended') });
}

function fail(code: 2 | 3, lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = code;
}
