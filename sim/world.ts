// One simulated call, assembled: caller, network, agent and vendors on one virtual clock. A run is
// an object, not a process; equal options give an equal trace, bit for bit.
import { createCall } from '#agent/call.ts';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import { AgentHost } from './agent-host.ts';
import { Caller, type CallerLine } from './caller/caller.ts';
import type { CallerScript } from './caller/script.ts';
import type { SpeechTable } from './caller/speech-table.ts';
import { type Cast, castVendors, earFor } from './cast.ts';
import type { Fact } from './kernel/fact.ts';
import { Kernel, type RunEnd } from './kernel/kernel.ts';
import { KeyedChance } from './kernel/random.ts';
import type { SettleName } from './kernel/settle.ts';
import { fingerprint, Trace } from './kernel/trace.ts';
import { webSocketBytes } from './network/frame-size.ts';
import { HttpLeg } from './network/http-leg.ts';
import { VENDOR_LEG } from './network/profile.ts';
import { SocketLeg } from './network/socket-leg.ts';
import { fixedDelay, type NetworkProfile } from './network/stream.ts';
import type { Brain } from './providers/brain.ts';
import type { Profile } from './providers/profile.ts';
import { settingsFor } from './setting.ts';

export type SimOptions = {
  readonly name: string;
  readonly caller: CallerScript;
  readonly brain: Brain;
  readonly seed: number;
  readonly profile: Profile;
  readonly network: NetworkProfile;
  readonly table: SpeechTable;
  readonly countTokens: (text: string) => number;
  readonly settle: SettleName;
  readonly interning: boolean;
  /** Settings of the agent by environment variable, besides keys and addresses. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts other vendors in the place of the emulators, or something around them. */
  readonly recast?: (cast: Cast) => Cast;
};

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

/** Places on the wire, for the trace: even from the caller or agent outwards, odd back. */
const PLACE = { client: 0, stt: 2, tts: 4, llm: 6 } as const;

export async function playSim(options: SimOptions): Promise<SimResult> {
  const kernel = new Kernel(options.settle);
  const trace = new Trace();
  const call = assemble(options, kernel, trace);
  const silenceMs = options.caller.acts.reduce((sum, act) => sum + (act.kind === 'wait' ? act.forMs : 0), 0);
  const untilUs = seconds(SECONDS_PER_ACT_MAX * (options.caller.acts.length + 1)) + ms(silenceMs);
  call.begin();
  const end = await kernel.run({ untilUs, stopWhen: call.over });
  return {
    end,
    waitingFor: end === 'stopped' ? '' : call.waitingFor(),
    facts: trace.facts,
    traceHash: trace.hash,
    simulatedUs: kernel.now(),
    events: kernel.events,
  };
}

type Assembled = { begin(): void; over(): boolean; waitingFor(): string };

function assemble(options: SimOptions, kernel: Kernel, trace: Trace): Assembled {
  const { caller: script, brain, table, countTokens, interning } = options;
  const chance = new KeyedChance(options.seed, options.name);
  const note = (fact: Fact) => trace.note(fact);
  const connect = fixedDelay(kernel);
  const tap = (place: number, data: string | Uint8Array) =>
    trace.wire(kernel.now(), place, data.length, fingerprint(data));
  const world = { clock: kernel, chance, turn: () => caller.act, note };
  const cast = castVendors({ world, profile: options.profile, brain, table, countTokens, interning });
  const vendors = options.recast?.(cast) ?? cast;
  const legOf = { clock: kernel, connect, profile: VENDOR_LEG, tap };

  const stt = new SocketLeg({
    ...legOf,
    vendor: vendors.stt,
    place: PLACE.stt,
    deliver: (event) => host.input({ kind: 'stt', event }),
  });
  const tts = new SocketLeg({
    ...legOf,
    vendor: vendors.tts,
    place: PLACE.tts,
    deliver: (event) => host.input({ kind: 'tts', event }),
  });
  const llm = new HttpLeg({
    ...legOf,
    vendor: vendors.llm,
    place: PLACE.llm,
    deliver: (event) => host.input({ kind: 'llm', event }),
  });

  const client = connect(options.network);
  const atAgent = (data: string | Uint8Array) => {
    tap(PLACE.client, data);
    host.input({ kind: 'client', data });
  };
  const atCaller = (data: string | Uint8Array) => {
    tap(PLACE.client + 1, data);
    caller.receive(data);
  };
  const line: CallerLine = {
    send: (data) => client.up.write(webSocketBytes(data, true), atAgent, data),
    close: () =>
      client.up.write(0, () => host.input({ kind: 'client.closed', reason: 'hung up' }), undefined),
  };

  const settings = settingsFor({}, options.env);
  const session = createCall({ settings, epochMs: EPOCH_MS, countTokens });
  const host = new AgentHost(session, {
    clock: kernel,
    note,
    score: (pcm) => table.scoreOf(pcm) ?? 0,
    stt: (request) => stt.request(request),
    tts: (request) => tts.request(request),
    llm: (request) => llm.request(request),
    toClient: (data) => client.down.write(webSocketBytes(data, false), atCaller, data),
    closeClient: (code, reason) => client.down.write(0, () => caller.closed(code, reason), undefined),
  });
  const index = earFor(brain, script, settings.core.reply.apology, interning);
  const caller = new Caller({ clock: kernel, chance, script, table, index, line, interning, note });
  const connected = () => {
    host.input({ kind: 'start' });
    client.down.write(0, () => caller.opened(), undefined);
  };
  return {
    begin: () => client.up.write(0, connected, undefined),
    over: () => caller.gone && host.ended,
    waitingFor: () => (caller.gone ? 'the session to end' : caller.waitingFor),
  };
}
