// One run of one scenario in one world, as a value: what was asked and what came of it.
import type { PolicyName } from '#agent/core/turn/policy.ts';
import type { WireCodec } from '#sim/codec.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { SettleName } from '#sim/kernel/settle.ts';
import type { SimHedge } from '#sim/setting.ts';
import type { Tuning } from '#sim/tuning.ts';
import type { Scenario } from '../script/scenario.ts';
import type { Chaos } from './chaos.ts';

/** `live`: real sockets, and in place of the emulators the vendors that the settings name. */
export type WorldName = 'sim' | 'loopback' | 'live';

export type RunRequest = {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly seed: number;
  /** Latency profiles of the emulated vendors: `prd`, `published` or a file. */
  readonly providers: string;
  /** Network between caller and agent: a name or `delay=20ms`. */
  readonly network: string;
  /** How the agent takes turns; our own way when absent. */
  readonly policy?: PolicyName;
  /** How the caller is connected; WebSocket when absent. */
  readonly transport?: 'websocket' | 'webrtc';
  /** The caller's client on a WebSocket: the stock web client, or our own. */
  readonly client?: 'stock' | 'parley';
  /** Of its audio; the client's own choice when absent. */
  readonly codec?: WireCodec;
  /** Second providers and what they are for; what the scenario says when absent. */
  readonly hedge?: SimHedge;
  /** Faults drawn from the seed, of one vendor only or of all. */
  readonly chaos?: Chaos;
  /** Network between agent and vendors; nothing but the profiles' own latencies when absent. */
  readonly vendorNetwork?: string;
  /** What is tried on the caller's line besides its defaults. */
  readonly tuning?: Tuning;
  readonly settle?: SettleName;
  /** False recomputes what is otherwise remembered; the trace must not change. */
  readonly interning?: boolean;
};

/** `finished`: the caller hung up after the last act and the session ended. */
export type RunEnd = 'finished' | 'deadlock' | 'timeout' | 'crashed';

export type RunOutcome = {
  readonly scenario: string;
  readonly seed: number;
  readonly end: RunEnd;
  /** What was still awaited, or the error, when `end` is not `finished`. */
  readonly detail: string;
  readonly facts: readonly Fact[];
  readonly traceHash: string;
  readonly simulatedSeconds: number;
  /** Processor time of the thread that played it, and of no other. */
  readonly cpuSeconds: number;
  readonly events: number;
  /** Played with real vendors: see `kpis/live.ts` for what then is not known. */
  readonly live?: true;
};
