// The same call in real time on real sockets of 127.0.0.1: the same agent behind its real server,
// the same emulators on ports of their own, the same caller on a real WebSocket, the real voice
// activity model. One process and one clock, so that all facts stand in one trace.
import { createCall } from '#agent/call.ts';
import type { SessionInput } from '#agent/core/session.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import { SessionHost } from '#agent/io/host.ts';
import { keepAliveAgents } from '#agent/io/http.ts';
import { startServer } from '#agent/io/server.ts';
import { Vad } from '#agent/io/vad.ts';
import type { MakeCodec } from '#agent/media/codec/codec.ts';
import { makeCodec } from '#agent/media/codec/make.ts';
import type { AgentSettings } from '#agent/settings.ts';
import type { Tool } from '#agent/tool/define.ts';
import { appOf } from '../app.ts';
import { Caller, PLAYER_RATE } from '../caller/caller.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import { type ClientKind, type Coding, WebsocketCallerClient } from '../caller/client/websocket-client.ts';
import { MixMemory } from '../caller/mix-memory.ts';
import type { Drop } from '../caller/outage.ts';
import { type CallerScript, isMixed } from '../caller/script.ts';
import { micUs } from '../caller/utterance.ts';
import { type Cast, castSeconds, castVendors, earFor, ownLines } from '../cast.ts';
import { WebsocketMeter } from '../client-leg/websocket-meter.ts';
import { codingOf, MODEL_CODEC, wireCodec } from '../codec.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Fact, VendorStage } from '../kernel/fact.ts';
import { KeyedChance } from '../kernel/random.ts';
import { Trace } from '../kernel/trace.ts';
import { webSocketBytes } from '../network/frame-size.ts';
import type { Impairment } from '../network/impairment.ts';
import type { CastChoice } from '../providers/cast-choice.ts';
import { addressAt, hedgeEnv, settingsFor, type VendorAddresses } from '../setting.ts';
import { toolsOf } from '../toolbox.ts';
import type { SimOptions, SimResult } from '../world.ts';
import { CallerSocket } from './caller-socket.ts';
import { RealClock } from './clock.ts';
import { type HostedVendor, hostVendor } from './host.ts';
import { SoundMemory } from './sound-memory.ts';
import { wayTo } from './way.ts';

export type LoopbackOptions = Omit<SimOptions, 'network' | 'vendorNetwork' | 'transport' | 'settle'> & {
  /** Between the caller and the agent; nothing but this machine's own sockets when absent. */
  readonly network?: Impairment;
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
    if (fact.what === 'resumed') meter.resumed(fact.t);
    if (fact.who === 'caller') lastCallerFactUs = fact.t;
    app(fact);
  };
  const app = appOf(options.app ?? [], clock, (event) => agent.input(event));
  const chance = new KeyedChance(options.seed, options.name);
  const world = { clock, chance, turn: () => caller.act, note };
  const codec = wireCodec(options.client, options.codec);
  const memory = { up: new SoundMemory(), down: new SoundMemory() };
  const mixes = isMixed(options.caller) ? new MixMemory(options.table) : undefined;
  const casting = { ...options, world, table: memory.up.recogniser(mixes ?? options.table) };
  const cast = castVendors(casting);
  const hosted = await hostCast(options.recast?.(cast) ?? cast, clock, opened);
  const { hedge = 'off' } = options;
  const seconds = hedge === 'off' ? [] : await hostCast(castSeconds(casting), clock, opened);
  const { cast: chosen } = options.profile;
  const env = { ...hedgeEnv(hedge, chosen, addressesOf(seconds, chosen.second)), ...options.env };
  const settings = settingsFor(addressesOf(hosted, chosen.first), env, chosen);
  const meter = new WebsocketMeter(PLAYER_RATE, MODEL_CODEC[codec]);
  const { countTokens } = options;
  const codecs = memory.down.watching(makeCodec);
  const tools = toolsOf(options.tools ?? [], clock);
  const agent = await openAgent({ settings, clock, note, countTokens, codecs, meter, tools }, opened);
  const way = await wayTo(agent.port, options.network, options.seed);
  opened(() => way.close());
  const { interning } = options;
  const index = earFor(options.brain, options.caller, ownLines(settings.core), interning, options.tools);
  const coding = codingOf(codec, PLAYER_RATE, memory.up.watching(makeCodec));
  const client = clientOn(() => socket, { ...options, clock, meter, coding, memory: memory.down });
  const { caller: script, table } = options;
  const shared = { clock, chance, script, table, index, interning, note };
  const mixed = mixes === undefined ? {} : { memory: mixes };
  const drop = (how: Drop) => {
    meter.broke();
    socket.drop(how);
  };
  const caller = new Caller({ ...shared, ...mixed, drop, client: client.make });
  const isOpen = Promise.withResolvers<void>();
  const socket = new CallerSocket(`127.0.0.1:${way.port}`, {
    opened: () => {
      isOpen.resolve();
      caller.opened();
    },
    message: client.receive,
    online: () => caller.online(),
    returned: () => caller.returned(),
    closed: (code, reason) => caller.closed(code, reason),
  });
  opened(() => socket.destroy());
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
  for (const fact of meter.facts(clock.now(), micUs(client.micChunkSamples()), way.wire())) trace.note(fact);
  return {
    end,
    waitingFor: end === 'stopped' ? '' : caller.waitingFor,
    facts: trace.facts,
    traceHash: trace.hash,
    simulatedUs: clock.now(),
    events: trace.facts.length,
  };
}

type ClientParts = {
  readonly clock: RealClock;
  readonly meter: WebsocketMeter;
  readonly client?: ClientKind;
  readonly coding: Coding | undefined;
  /** Of what the agent said before it was coded. */
  readonly memory: SoundMemory;
  readonly interning: boolean;
};

/** The caller's client on a real socket; `make` is called once, by the caller. */
function clientOn(socket: () => CallerSocket, parts: ClientParts) {
  const { clock, meter, client: kind = 'stock', interning, coding, memory } = parts;
  let client: WebsocketCallerClient | undefined;
  const send = (data: Uint8Array) => {
    if (socket().broken) return;
    meter.sent('up', clock.now(), webSocketBytes(data, true));
    socket().send(data);
  };
  return {
    make(hooks: CallerClientHooks): CallerClient {
      const line = { send, close: () => socket().close() };
      const listening = meter.listening(coding === undefined ? hooks : memory.listening(hooks));
      const all = { kind, clock, playerRate: PLAYER_RATE, line, hooks: listening, interning, coding };
      client = new WebsocketCallerClient(all);
      return client;
    },
    receive(data: Buffer, isBinary: boolean): void {
      meter.arrived('down', clock.now());
      // The player counts from the arrival, and a chunk follows the one before it without a gap.
      clock.instant(() => client?.receive(isBinary ? data : data.toString()));
    },
    micChunkSamples: (): number => client?.micChunkSamples ?? 0,
  };
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
  readonly codecs: MakeCodec;
  readonly meter: WebsocketMeter;
  readonly tools: readonly Tool[];
  note(fact: Fact): void;
};

/** The agent behind its real server, of whose calls the first is told; a fault of ours ends the run. */
async function openAgent(parts: AgentParts, opened: (close: Closing) => void) {
  const { settings, clock, countTokens, codecs, note, meter, tools } = parts;
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
    host: '127.0.0.1',
    port: 0,
    onClient: (connection: Connection) => {
      const shared = { settings, countTokens, codecs, tools };
      const call = { transport: 'websocket', epochMs: Date.now(), sessionId: connection.session } as const;
      const session = createCall({ ...shared, ...call });
      const parts = { session, connection, vad, agents, tools, now: () => clock.now(), onFault };
      calls += 1;
      if (calls > 1) return void new SessionHost({ ...parts, note: () => {} });
      const ended = () => {
        hasEnded = true;
      };
      first = new SessionHost({ ...parts, connection: metered(connection, clock, meter), note, ended });
    },
    onFault,
  });
  if (!started.ok) throw new Error(started.reason);
  opened(() => started.server.close());
  const input = (event: SessionInput) => first?.input(event);
  return { port: started.server.port, input, ended: () => hasEnded, fault: () => fault };
}

/** The agent's end of the caller's connection, telling what leaves and arrives. */
function metered(connection: Connection, clock: Clock, meter: WebsocketMeter): Connection {
  return {
    transport: connection.transport,
    peer: connection.peer,
    session: connection.session,
    silentUs: () => connection.silentUs(),
    // Whoever comes back is told of as well.
    stay: (resident) =>
      connection.stay({
        get ended() {
          return resident.ended;
        },
        get silentUs() {
          return resident.silentUs;
        },
        back: (next) => resident.back(metered(next, clock, meter)),
        leave: (reason) => resident.leave(reason),
      }),
    send: (data) => {
      meter.sent('down', clock.now(), webSocketBytes(data, false));
      connection.send(data);
    },
    close: (code, reason) => connection.close(code, reason),
    onMessage: (listener) =>
      connection.onMessage((data) => {
        meter.arrived('up', clock.now());
        listener(data);
      }),
    media: (pcm) => connection.media(pcm),
    onMedia: (listener) => connection.onMedia(listener),
    onClosed: (listener) => connection.onClosed(listener),
  };
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
