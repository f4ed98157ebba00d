// The same call in real time on real sockets of 127.0.0.1: the same agent behind its real server,
// the same emulators on ports of their own, the same caller on a real WebSocket or a real
// peer connection, the real voice activity model. One process and one clock, so that all facts stand in one
// trace.
import { createCall } from '#agent/call.ts';
import type { SessionInput } from '#agent/core/session.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import { SessionHost } from '#agent/io/host.ts';
import { keepAliveAgents } from '#agent/io/http.ts';
import { startServer } from '#agent/io/server.ts';
import { Vad } from '#agent/io/vad.ts';
import type { AgentSettings } from '#agent/settings.ts';
import type { Tool } from '#agent/tool/define.ts';
import { appOf } from '../app.ts';
import { Caller } from '../caller/caller.ts';
import { MixMemory } from '../caller/mix-memory.ts';
import type { Drop } from '../caller/outage.ts';
import { type CallerScript, isMixed } from '../caller/script.ts';
import { type Cast, type CastOptions, castSeconds, castVendors, earFor, ownLines } from '../cast.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Fact, VendorStage } from '../kernel/fact.ts';
import { KeyedChance } from '../kernel/random.ts';
import { Trace } from '../kernel/trace.ts';
import type { Impairment } from '../network/impairment.ts';
import type { CastChoice } from '../providers/cast-choice.ts';
import { addressAt, hedgeEnv, settingsFor, type VendorAddresses } from '../setting.ts';
import { toolsOf } from '../toolbox.ts';
import type { SimOptions, SimResult } from '../world.ts';
import type { CallerEnd } from './caller-end.ts';
import { RealClock } from './clock.ts';
import { type HostedVendor, hostVendor } from './host.ts';
import { WebrtcEnd } from './rtc/webrtc-end.ts';
import { WebsocketEnd } from './websocket-end.ts';

export type LoopbackOptions = Omit<SimOptions, 'network' | 'vendorNetwork' | 'transport' | 'settle'> & {
  /** WebSocket when absent. */
  readonly transport?: SimOptions['transport'];
  /** Between the caller and the agent; nothing but this machine's own sockets when absent. */
  readonly network?: Impairment;
  /** The agent's settings, with vendors of their own: then there are no emulators. */
  readonly live?: AgentSettings;
  /** What else happens at the agent's address once the caller is connected; the call waits for its end. */
  readonly meanwhile?: (address: string) => Promise<void>;
};

/** A real call may stand still no longer than this between two facts of its caller, silence apart. */
const STALL_US = seconds(45);

export async function playLoopback(options: LoopbackOptions): Promise<SimResult> {
  const open: Closing[] = [];
  try {
    return await playOn(options, (close) => open.unshift(close));
  } finally {
    for (const close of open) await close();
  }
}

/** What ends something that was opened; the latest is closed first. */
type Closing = () => unknown;

async function playOn(options: LoopbackOptions, opened: (close: Closing) => void): Promise<SimResult> {
  const clock = new RealClock();
  opened(() => clock.close());
  const trace = new Trace();
  let lastCallerFactUs = 0;
  const note = (fact: Fact) => {
    trace.note(fact);
    if (fact.what === 'resumed') callerEnd.resumed(fact.t);
    if (fact.who === 'caller') lastCallerFactUs = fact.t;
    app(fact);
  };
  const app = appOf(options.app ?? [], clock, (event) => agent.input(event));
  const chance = new KeyedChance(options.seed, options.name);
  const world = { clock, chance, turn: () => caller.act, note };
  const callerEnd = await openEnd(options, clock);
  const mixes = isMixed(options.caller) ? new MixMemory(options.table) : undefined;
  const casting = { ...options, world, table: callerEnd.recogniser(mixes ?? options.table) };
  const settings = options.live ?? (await emulated(options, casting, clock, opened));
  const { countTokens } = options;
  const tools = toolsOf(options.tools ?? [], clock);
  const agent = await openAgent({ settings, clock, note, countTokens, callerEnd, tools }, opened);
  const { interning } = options;
  const index = earFor(options.brain, options.caller, ownLines(settings.core), interning, options.tools);
  const { caller: script, table } = options;
  const shared = { clock, chance, script, table, index, interning, note };
  const mixed = mixes === undefined ? {} : { memory: mixes };
  const drop = (how: Drop) => callerEnd.drop(how);
  const caller = new Caller({ ...shared, ...mixed, drop, client: (hooks) => callerEnd.client(hooks) });
  const isOpen = Promise.withResolvers<void>();
  opened(() => callerEnd.destroy());
  await callerEnd.dial(agent.port, {
    opened: () => {
      isOpen.resolve();
      caller.opened();
    },
    online: () => caller.online(),
    returned: () => caller.returned(),
    closed: (code, reason) => caller.closed(code, reason),
  });
  const meanwhile = isOpen.promise.then(() => options.meanwhile?.(`127.0.0.1:${agent.port}`));
  // Told below, when the call is over.
  meanwhile.catch(() => {});
  const stallUs = STALL_US + longestSilenceUs(options.caller);
  const end = await over(
    () => agent.fault() !== undefined || (caller.gone && agent.ended()),
    () => clock.now() - lastCallerFactUs > stallUs,
  );
  const fault = agent.fault();
  if (fault !== undefined) throw fault.error;
  // Who was never connected has nothing to wait for.
  if (end === 'stopped') await meanwhile;
  for (const fact of callerEnd.facts(clock.now())) trace.note(fact);
  return {
    end,
    waitingFor: end === 'stopped' ? '' : caller.waitingFor,
    facts: trace.facts,
    traceHash: trace.hash,
    simulatedUs: clock.now(),
    events: trace.facts.length,
  };
}

function openEnd(options: LoopbackOptions, clock: RealClock): Promise<CallerEnd> | CallerEnd {
  const { seed, network, client, codec, interning, transport } = options;
  if (transport === 'webrtc') return WebrtcEnd.open({ clock, seed, network });
  return new WebsocketEnd({ clock, seed, network, client, codec, interning });
}

/** Emulators on ports of their own, and the settings of an agent that talks to them. */
async function emulated(
  options: LoopbackOptions,
  casting: CastOptions,
  clock: RealClock,
  opened: (close: Closing) => void,
): Promise<AgentSettings> {
  const cast = castVendors(casting);
  const hosted = await hostCast(options.recast?.(cast) ?? cast, clock, opened);
  const { hedge = 'off' } = options;
  const seconds = hedge === 'off' ? [] : await hostCast(castSeconds(casting), clock, opened);
  const { cast: chosen } = options.profile;
  const env = { ...hedgeEnv(hedge, chosen, addressesOf(seconds, chosen.second)), ...options.env };
  return settingsFor(addressesOf(hosted, chosen.first), env, chosen);
}

async function hostCast(
  cast: Cast,
  clock: RealClock,
  opened: (close: Closing) => void,
): Promise<readonly HostedVendor[]> {
  const hosted: HostedVendor[] = [];
  const instant = (run: () => void) => clock.instant(run);
  for (const vendor of [cast.stt, cast.llm, cast.tts]) {
    const host = await hostVendor(vendor, { instant });
    opened(() => host.close());
    hosted.push(host);
  }
  return hosted;
}

type AgentParts = {
  readonly settings: AgentSettings;
  readonly clock: Clock;
  readonly countTokens: (text: string) => number;
  readonly callerEnd: CallerEnd;
  readonly tools: readonly Tool[];
  note(fact: Fact): void;
};

/** The agent behind its real server, of whose calls the first is told; a fault of ours ends the run. */
async function openAgent(parts: AgentParts, opened: (close: Closing) => void) {
  const { settings, clock, countTokens, note, callerEnd, tools } = parts;
  const { transport, codecs, server } = callerEnd;
  const vad = await Vad.load();
  const agents = keepAliveAgents();
  opened(() => {
    agents.plain.destroy();
    agents.secure.destroy();
  });
  let calls = 0;
  let hasEnded = false;
  let first: SessionHost | undefined;
  let fault: { readonly error: unknown } | undefined;
  const onFault = (error: unknown) => {
    fault ??= { error };
  };
  const started = await startServer({
    ...server,
    host: '127.0.0.1',
    port: 0,
    onClient: (connection: Connection) => {
      const shared = { settings, countTokens, codecs, tools };
      const call = { transport, epochMs: Date.now(), sessionId: connection.session };
      const session = createCall({ ...shared, ...call });
      const parts = { session, connection, vad, agents, tools, now: () => clock.now(), onFault };
      calls += 1;
      if (calls > 1) return void new SessionHost({ ...parts, note: () => {} });
      const ended = () => {
        hasEnded = true;
      };
      first = new SessionHost({ ...parts, connection: callerEnd.metered(connection), note, ended });
    },
    onFault,
  });
  if (!started.ok) throw new Error(started.reason);
  opened(() => started.server.close());
  const input = (event: SessionInput) => first?.input(event);
  return { port: started.server.port, input, ended: () => hasEnded, fault: () => fault };
}

const longestSilenceUs = (script: CallerScript): Micros =>
  ms(Math.max(0, ...script.acts.map((act) => (act.kind === 'wait' ? act.forMs : 0))));

const LOOK_EVERY_MS = 50;

function over(done: () => boolean, stalled: () => boolean): Promise<SimResult['end']> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!done() && !stalled()) return;
      clearInterval(timer);
      resolve(done() ? 'stopped' : 'until');
    }, LOOK_EVERY_MS);
  });
}

function addressesOf(hosted: readonly HostedVendor[], choice: CastChoice['first']): VendorAddresses {
  const at = (stage: VendorStage, host: HostedVendor | undefined) =>
    addressAt(stage, choice[stage].vendor, `127.0.0.1:${host?.port}`, false);
  const [stt, llm, tts] = hosted;
  return { stt: at('stt', stt), llm: at('llm', llm), tts: at('tts', tts) };
}
