// One simulated call, assembled: caller, network, agent and vendors on one virtual clock. A run is
// an object, not a process; equal options give an equal trace, bit for bit.
import { createCall, type TransportName } from '#agent/call.ts';
import type { SessionInput } from '#agent/core/session.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import { type Agent, AgentHost } from './agent-host.ts';
import { type AppAct, appOf } from './app.ts';
import { Caller, PLAYER_RATE } from './caller/caller.ts';
import type { CallerClientHooks, HeardPiece } from './caller/client/client.ts';
import type { ClientKind } from './caller/client/websocket-client.ts';
import { MixMemory } from './caller/mix-memory.ts';
import { type CallerScript, isMixed } from './caller/script.ts';
import type { SpeechTable } from './caller/speech-table.ts';
import { type Cast, castSeconds, castVendors, earFor, ownLines } from './cast.ts';
import { carriedCodec } from './client-leg/carried-codec.ts';
import type { ClientLeg, LegEnds } from './client-leg/leg.ts';
import { RtcLeg } from './client-leg/rtc-leg.ts';
import { WebsocketLeg } from './client-leg/websocket-leg.ts';
import { type WireCodec, wireCodec } from './codec.ts';
import type { Fact, NetworkFact } from './kernel/fact.ts';
import { Kernel, type RunEnd } from './kernel/kernel.ts';
import { KeyedChance } from './kernel/random.ts';
import type { SettleName } from './kernel/settle.ts';
import { fingerprint, Trace } from './kernel/trace.ts';
import { connectCaller, connectOver, linksOf, profileOf } from './network/connector.ts';
import type { Impairment } from './network/impairment.ts';
import { RTC_DEFAULT } from './network/rtc/option.ts';
import type { WireTap } from './network/socket-leg.ts';
import type { Brain } from './providers/brain.ts';
import type { Profile } from './providers/profile.ts';
import { hedgeEnv, type SimHedge, settingsFor } from './setting.ts';
import { ScriptedBench, type ToolScript, toolsOf } from './toolbox.ts';
import { type Tuning, tuningFault } from './tuning.ts';
import { modelScorer, recordedScorer } from './vad/scorer.ts';
import type { SileroNet } from './vad/silero-net.ts';
import { vendorLegs } from './vendor-legs.ts';

export type SimOptions = {
  readonly name: string;
  readonly caller: CallerScript;
  readonly brain: Brain;
  readonly seed: number;
  readonly profile: Profile;
  /** Between the caller and the agent. */
  readonly network: Impairment;
  /** Between the agent and its vendors. */
  readonly vendorNetwork: Impairment;
  readonly transport: Exclude<TransportName, 'daily'>;
  readonly table: SpeechTable;
  /** The voice activity model, for scripts that mix sounds (`isMixed`); others have recorded scores. */
  readonly vad?: SileroNet;
  readonly countTokens: (text: string) => number;
  readonly settle: SettleName;
  readonly interning: boolean;
  /** The caller's client; the stock web client when absent. */
  readonly client?: ClientKind;
  /** Of the audio on a WebSocket; the client's own choice when absent. */
  readonly codec?: WireCodec;
  /** Second vendors for every stage, and what they are for; none when absent. */
  readonly hedge?: SimHedge;
  /** What the model may call, and what the app does during the call. */
  readonly tools?: readonly ToolScript[];
  readonly app?: readonly AppAct[];
  /** Settings of the agent by environment variable, besides keys and addresses. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts other vendors in the place of the emulators, or something around them. */
  readonly recast?: (cast: Cast) => Cast;
  /** Puts something between the agent and its world: how a defect is made on purpose. */
  readonly tamper?: (agent: Agent) => Agent;
  /** What is tried on the caller's line besides its defaults. */
  readonly tuning?: Tuning;
  /** Listens at the caller's ear. */
  readonly onHeard?: OnHeard;
};

/** Called with every piece of sound that reaches the ear, in the order in which they sound. */
export type OnHeard = (piece: HeardPiece) => void;

export type SimResult = {
  readonly end: RunEnd;
  /** What was still awaited when the end is not `stopped`. */
  readonly waitingFor: string;
  readonly facts: readonly Fact[];
  readonly traceHash: string;
  readonly simulatedUs: Micros;
  readonly events: number;
};

/** Wall clock of the simulated world at its microsecond 0: any fixed moment will do. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** More than any act takes, besides silence asked for, with every deadline of the agent used up. */
const SECONDS_PER_ACT_MAX = 60;

/** The caller's place on the wire, for the trace; the vendors' follow it. */
const CLIENT_PLACE = 0;

export async function playSim(options: SimOptions): Promise<SimResult> {
  const fault = tuningFault(options.tuning ?? {}, options.transport);
  if (fault !== undefined) throw new Error(`tuning.${fault}`);
  const kernel = new Kernel(options.settle);
  const trace = new Trace();
  const call = assemble(options, kernel, trace);
  const silenceMs = options.caller.acts.reduce((sum, act) => sum + (act.kind === 'wait' ? act.forMs : 0), 0);
  const untilUs = seconds(SECONDS_PER_ACT_MAX * (options.caller.acts.length + 1)) + ms(silenceMs);
  call.begin();
  const end = await kernel.run({ untilUs, stopWhen: call.over });
  for (const fact of call.network(kernel.now())) trace.note(fact);
  return {
    end,
    waitingFor: end === 'stopped' ? '' : call.waitingFor(),
    facts: trace.facts,
    traceHash: trace.hash,
    simulatedUs: kernel.now(),
    events: kernel.events,
  };
}

type Assembled = {
  begin(): void;
  over(): boolean;
  waitingFor(): string;
  network(now: Micros): readonly NetworkFact[];
};

function assemble(options: SimOptions, kernel: Kernel, trace: Trace): Assembled {
  const { caller: script, brain, table, countTokens, interning } = options;
  const chance = new KeyedChance(options.seed, options.name);
  const note = (fact: Fact) => {
    trace.note(fact);
    if (fact.what === 'resumed') leg.resumed?.(fact.t);
    app(fact);
  };
  const tap = (place: number, data: string | Uint8Array) =>
    trace.wire(kernel.now(), place, data.length, fingerprint(data));
  const world = { clock: kernel, chance, turn: () => caller.act, note };
  const memory = isMixed(script) ? new MixMemory(table) : undefined;
  const known = memory ?? table;
  const casting = { world, profile: options.profile, brain, table: known, countTokens, interning };
  const cast = castVendors(casting);
  const vendors = options.recast?.(cast) ?? cast;
  const { vendorNetwork, seed } = options;
  const legOf = { clock: kernel, profile: profileOf(vendorNetwork), tap };
  const connectTo = (name: string) => connectOver(kernel, vendorNetwork, seed, name);

  const input = (event: SessionInput) => host.input(event);
  const { tools = [] } = options;
  const app = appOf(options.app ?? [], kernel, input);
  const bench = new ScriptedBench(tools, kernel, (event) => input({ kind: 'tool', event }));
  const first = vendorLegs({ ...legOf, lane: 0, vendors, connectTo, input });
  const { hedge = 'off' } = options;
  const second =
    hedge === 'off'
      ? first
      : vendorLegs({ ...legOf, lane: 1, vendors: castSeconds(casting), connectTo, input });
  const legs = [first, second] as const;

  const { cast: chosen } = options.profile;
  const settings = settingsFor({}, { ...hedgeEnv(hedge, chosen), ...options.env }, chosen);
  const { transport, tuning } = options;
  const fixed = tuning?.leadMs === undefined ? {} : { fixedLeadMs: tuning.leadMs };
  const parts = { settings, transport, epochMs: EPOCH_MS, countTokens, codecs: carriedCodec, salt: seed };
  const session = createCall({ ...parts, ...fixed, tools: toolsOf(tools, kernel) });
  const host = new AgentHost(options.tamper?.(session) ?? session, {
    clock: kernel,
    note,
    score: options.vad === undefined ? recordedScorer(table) : modelScorer(table, options.vad),
    stt: (request, lane) => legs[lane].stt(request),
    tts: (request, lane) => legs[lane].tts(request),
    llm: (request, lane) => legs[lane].llm(request),
    tool: (request) => bench.request(request),
    toClient: (data) => leg.send(data),
    toMedia: (pcm) => leg.media(pcm),
    closeClient: (code, reason) => leg.close(code, reason),
  });
  const leg = clientLeg(options, kernel, tap, {
    agentOpened: () => host.input({ kind: 'start' }),
    agentHears: (data) => host.input({ kind: 'client', data }),
    agentHearsMedia: (pcm) => host.input({ kind: 'client.media', pcm }),
    agentClosed: (reason) => host.input({ kind: 'client.closed', reason }),
    agentLost: (reason) => host.lost(reason),
    agentBack: () => host.back(),
    callerOpened: () => caller.opened(),
    callerOnline: () => caller.online(),
    callerReturned: () => caller.returned(),
    callerClosed: (code, reason) => caller.closed(code, reason),
  });
  const index = earFor(brain, script, ownLines(settings.core), interning, tools);
  const caller = new Caller({
    clock: kernel,
    chance,
    script,
    table,
    index,
    client: (hooks) => leg.client(listening(hooks, options.onHeard)),
    drop: (drop) => leg.drop(drop),
    interning,
    ...(memory === undefined ? {} : { memory }),
    note,
  });
  return {
    begin: () => leg.open(),
    network: (now) => leg.facts(now),
    over: () => caller.gone && host.ended,
    waitingFor: () => (caller.gone ? 'the session to end' : caller.waitingFor),
  };
}

function clientLeg(options: SimOptions, clock: Kernel, tap: WireTap, ends: LegEnds): ClientLeg {
  const { network, seed, interning, transport, tuning = {} } = options;
  const { fec = RTC_DEFAULT.fec, red = RTC_DEFAULT.red, congestion } = tuning;
  const common = { clock, playerRate: PLAYER_RATE, tap, place: CLIENT_PLACE, ends };
  if (transport === 'webrtc') {
    const settings = { ...RTC_DEFAULT, fec, red };
    return new RtcLeg({ ...common, ...linksOf(network, seed, 'client'), settings, seed });
  }
  const tcp = congestion === undefined ? {} : { congestion };
  const connectOne = connectCaller(clock, network, seed, tcp);
  const connect = () => connectOne(profileOf(network));
  const kind = options.client ?? 'stock';
  return new WebsocketLeg({
    ...common,
    connect,
    kind,
    codec: wireCodec(kind, options.codec),
    interning,
    seed,
  });
}

/** The hooks of a caller whose ear somebody else listens at as well. */
function listening(hooks: CallerClientHooks, onHeard: OnHeard | undefined): CallerClientHooks {
  if (onHeard === undefined) return hooks;
  const heard = (piece: HeardPiece) => {
    onHeard(piece);
    hooks.heard(piece);
  };
  return { ...hooks, heard };
}
