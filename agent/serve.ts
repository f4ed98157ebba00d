// Serves calls on a port: the voice detector, the door, and a session for every client that comes in. It is
// what `agent/main.ts` does with settings of the environment and what others may do with their own; it
// reads no environment and ends no process. What cannot be had is a problem with a name.
import { createCall } from './call.ts';
import type { AgentFact } from './core/fact.ts';
import { monotonicUs } from './io/clock.ts';
import type { Connection } from './io/connection.ts';
import type { DailyOptions } from './io/daily/desk.ts';
import { type OpenedDaily, openDaily } from './io/daily/open.ts';
import type { StartProblem } from './io/env.ts';
import { type Guard, raiseGuard } from './io/guard.ts';
import { SessionHost } from './io/host.ts';
import { keepAliveAgents } from './io/http.ts';
import type { Log } from './io/log.ts';
import { observerPages } from './io/observe/answer.ts';
import { drainCalls } from './io/observe/drain.ts';
import { frameLog } from './io/observe/frame-log.ts';
import { type CallObserver, Observer } from './io/observe/observer.ts';
import type { Pages } from './io/route.ts';
import { type AgentServer, startServer } from './io/server.ts';
import { Stay } from './io/stay.ts';
import { Vad } from './io/vad.ts';
import { nativePeers } from './io/webrtc/native-peer.ts';
import { makeCodec } from './media/codec/make.ts';
import { unitPrices } from './providers/price.ts';
import { countTokens, loadTokens } from './providers/tokens.ts';
import type { AgentSettings } from './settings.ts';
import type { Tool } from './tool/define.ts';

/** What one call is made of. */
export type CallPlan = {
  readonly settings: AgentSettings;
  readonly tools: readonly Tool[];
  /** Hears every fact of the call, besides the log. */
  note?(fact: AgentFact): void;
};

export type ServeOptions = CallPlan & {
  readonly log: Log;
  /** What else is answered over HTTP; nothing when absent. */
  readonly pages?: Pages;
  /** In place of the rooms that the settings name. */
  readonly daily?: DailyOptions;
  /** Settings and tools of the session with this id; those above for every session when absent. */
  planOf?(session: string): CallPlan;
};

type Serving = {
  readonly port: number;
  /** At once. */
  stop(): Promise<void>;
  /** As the settings say: no new calls, those that go on may end; `stop` ends the patience. */
  drain(): Promise<void>;
};

export type Served =
  | ({ readonly ok: true } & Serving)
  | { readonly ok: false; readonly problem: StartProblem };

export async function serveAgent(options: ServeOptions): Promise<Served> {
  const { settings, log, pages } = options;
  const rooms = roomsOf(options);
  if (rooms?.ok === false) return rooms;
  const raised = await raiseGuard(settings.security, (problem) =>
    log.warn({ problem }, 'the store of conversations fails: no call can be gone on with elsewhere'),
  );
  if (!raised.ok) return raised;
  const { guard } = raised;
  const [vad, native] = await Promise.all([loadVad(), nativePeers(settings.webrtc)]);
  if (!(vad instanceof Vad)) {
    if (native.ok) await native.peers.close();
    await guard.archive?.close();
    return { ok: false, problem: vad };
  }
  // A machine without it is still an agent over WebSocket.
  if (!native.ok) log.warn({ reason: native.reason }, 'no WebRTC here');
  const observer = await Observer.start({
    settings: settings.observe,
    log,
    callsMax: settings.security.limits.sessionsMax,
  });
  const about = observerPages(observer);
  const hosts: Hosts = new Map();
  const started = await startServer({
    ...settings.server,
    ...(native.ok ? { webrtc: { peers: native.peers, iceServers: settings.webrtc.iceServers } } : {}),
    ...(rooms === undefined ? {} : { daily: rooms.daily }),
    guard: { ...guard, turnAway: () => observer.turnAway() },
    pages: (question) => about(question) ?? pages?.(question),
    onClient: callHost(options, { vad, observer, hosts, guard }),
    onFault: (error) => log.error({ err: error }, 'a call failed'),
  });
  if (!started.ok) {
    if (native.ok) await native.peers.close();
    await observer.close();
    await guard.archive?.close();
    const { host, port } = settings.server;
    const where = `WS_HOST ${host}, WS_PORT ${port}`;
    const todo = 'set WS_PORT to a free port, or WS_HOST to an address of this machine';
    return { ok: false, problem: { what: started.reason, where, todo } };
  }
  // As soon as nobody waits for it; at the first count it would hold up every call.
  setImmediate(loadTokens);
  const scheme = guard.tls === undefined ? 'http' : 'https';
  log.info({ url: `${scheme}://${settings.server.host}:${started.server.port}` }, 'ready for callers');
  observer.opened();
  const down = waysDown({ server: started.server, vad, observer, hosts, guard, log });
  return { ok: true, port: started.server.port, ...down };
}

type House = {
  readonly vad: Vad;
  readonly observer: Observer;
  readonly hosts: Hosts;
  readonly guard: Guard;
};

type Going = House & { readonly server: AgentServer; readonly log: Log };

/** Both may be asked for more than once. */
function waysDown({ server, observer, hosts, guard, log }: Going): Pick<Serving, 'stop' | 'drain'> {
  const stopping = Promise.withResolvers<void>();
  const close = async (): Promise<void> => {
    log.info('stopping');
    stopping.resolve();
    // Whoever is cut off now may come back to another process.
    guard.archive?.retire();
    await server.close();
    await observer.close();
    await guard.archive?.close();
  };
  let closed: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closed ??= close();
    return closed;
  };
  const drain = async (): Promise<void> => {
    const { drainMs } = observer.settings;
    log.info({ calls: hosts.size, drainMs }, 'draining: no new calls');
    observer.drain();
    const left = await drainCalls({ calls: hosts, drainMs, impatience: stopping.promise });
    if (left > 0) log.warn({ calls: left }, 'calls are cut off');
    await stop();
  };
  return { stop, drain };
}

function roomsOf({ settings, daily, log }: ServeOptions): OpenedDaily | undefined {
  if (daily !== undefined) return { ok: true, daily };
  return settings.daily && openDaily(settings.daily, settings.outputRate, log);
}

/** The voice activity model, or why there is none. */
async function loadVad(): Promise<Vad | StartProblem> {
  try {
    return await Vad.load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      what: `voice activity detection cannot start: ${reason}`,
      where: 'agent/io/silero/silero_vad.onnx',
      todo: 'bring that file back from the repository',
    };
  }
}

/** Calls that go on, by whoever observes them. */
type Hosts = Map<CallObserver, SessionHost>;

/** Gives each connection a session of its own. */
function callHost(
  options: ServeOptions,
  { vad, observer, hosts, guard }: House,
): (connection: Connection) => void {
  const vendors = { agents: keepAliveAgents(), backgroundAgents: keepAliveAgents() };
  return (connection) => {
    const plan = options.planOf?.(connection.session) ?? options;
    const { settings, tools } = plan;
    const originUs = monotonicUs();
    const now = () => monotonicUs() - originUs;
    const { transport, session: sessionId, peer } = connection;
    const epochMs = Date.now();
    const { vendors: models } = settings;
    const about = { session: sessionId, transport, peer, epochMs, models, prices: unitPrices(models) };
    const call = observer.begin(about);
    const shared = { settings, countTokens, codecs: makeCodec, tools, watch: frameLog(call.log) };
    const restored = guard.archive?.take(sessionId);
    const session = createCall({ ...shared, transport, epochMs, sessionId, restored });
    const kept = guard.archive?.keep(sessionId, () => session.snapshot());
    const stay = new Stay(options.settings.security.stay, {
      leave: (reason) => host.input({ kind: 'leave', reason }),
      end: (reason) => host.input({ kind: 'end', reason }),
    });
    const ended = () => {
      hosts.delete(call);
      stay.over();
      kept?.release();
      call.ended();
    };
    const note = (fact: AgentFact): void => {
      call.note(fact);
      kept?.note(fact);
      stay.note(fact);
      plan.note?.(fact);
    };
    const { fault: onFault } = call;
    const host: SessionHost = new SessionHost({
      session,
      connection,
      vad,
      tools,
      ...vendors,
      now,
      note,
      onFault,
      ended,
    });
    if (!host.ended) hosts.set(call, host);
  };
}
