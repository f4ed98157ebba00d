// Options of the command line as typed values. Every value that is not allowed is named together with
// what is, and what belongs to a later version says so; nothing is corrected in silence.
import { existsSync } from 'node:fs';
import { POLICY_NAMES, type PolicyName } from '#agent/core/turn/policy.ts';
import type { WireCodec } from '#sim/codec.ts';
import { NETWORK_NAMES, parseNetwork } from '#sim/network/parse.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import type { SimHedge } from '#sim/setting.ts';
import { nearest, type UserError } from '../error.ts';
import type { WorldName } from '../runner/run.ts';

/** What commander hands over: text as it was typed. */
export type RawOptions = {
  readonly world: string;
  readonly transport: string;
  readonly network?: string;
  readonly vendorNetwork?: string;
  readonly client: string;
  readonly codec?: string;
  readonly providers: string;
  readonly policy: string;
  /** What the scenario says when absent. */
  readonly hedge?: string;
  readonly runs: string;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
  /** Shows the report in a browser when all is played. */
  readonly open?: boolean;
};

export type ScenarioOptions = {
  readonly world: WorldName;
  readonly transport: 'websocket' | 'webrtc';
  readonly client: 'stock' | 'parley';
  readonly codec?: WireCodec;
  readonly network: string;
  readonly vendorNetwork?: string;
  readonly providers: string;
  readonly policy: PolicyName;
  readonly hedge?: SimHedge;
  readonly runs: number;
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
};

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: UserError };

/** Weeks of conversation and, at 40 KB of samples per run, 0.8 GB of memory. */
const RUNS_MAX = 20_000;
const SIM_NETWORK = 'delay=20ms';
const LOOPBACK_NETWORK = 'loopback';

export function readOptions(raw: RawOptions): Read<ScenarioOptions> {
  const error =
    choiceError('world', raw.world, WORLDS, []) ??
    choiceError('transport', raw.transport, ['websocket', 'webrtc'], ['daily']) ??
    choiceError('client', raw.client, ['stock', 'parley'], []) ??
    codecError(raw) ??
    choiceError('policy', raw.policy, POLICY_NAMES, []) ??
    (raw.hedge === undefined ? undefined : choiceError('hedge', raw.hedge, HEDGES, [])) ??
    networkError('network', raw.network) ??
    networkError('vendor-network', raw.vendorNetwork) ??
    vendorNetworkError(raw.world, raw.vendorNetwork) ??
    providersError(raw.providers) ??
    liveError(raw) ??
    numberError('runs', raw.runs, 1, RUNS_MAX) ??
    numberError('seed', raw.seed, 0, SEED_MAX) ??
    seedsError(raw) ??
    (raw.out === ''
      ? refused('--out is empty', '--out', 'give a folder, such as .parley/scenario')
      : undefined);
  if (error !== undefined) return { ok: false, error };
  const world = WORLDS.find((name) => name === raw.world) ?? 'sim';
  const network = raw.network ?? (world === 'sim' ? SIM_NETWORK : LOOPBACK_NETWORK);
  const transport = raw.transport === 'webrtc' ? 'webrtc' : 'websocket';
  const client = raw.client === 'parley' ? 'parley' : 'stock';
  const policy = POLICY_NAMES.find((name) => name === raw.policy) ?? 'parley';
  const numbers = { runs: Number(raw.runs), seed: Number(raw.seed) };
  const { codec, hedge, ...rest } = raw;
  const asked = {
    ...(codec === undefined ? {} : { codec: codec as WireCodec }),
    ...(hedge === undefined ? {} : { hedge: hedge as SimHedge }),
  };
  return { ok: true, value: { ...rest, ...asked, world, transport, client, network, policy, ...numbers } };
}

const WORLDS: readonly WorldName[] = ['sim', 'loopback', 'live'];

export const HEDGES: readonly SimHedge[] = ['off', 'failover', 'hedge'];

const SEED_MAX = 2 ** 32 - 1;

/** Every conversation has its own seed, the last one too. */
function seedsError({ seed, runs }: RawOptions): UserError | undefined {
  if (Number(seed) + Number(runs) - 1 <= SEED_MAX) return undefined;
  const todo = `keep seed + runs within ${SEED_MAX + 1}`;
  return refused(`${runs} runs from seed ${seed} on need seeds beyond ${SEED_MAX}`, '--seed', todo);
}

export const CODECS: readonly WireCodec[] = ['pcm16', 'mulaw', 'opus'];

/** Which codec can travel where: stock clients know samples only, and WebRTC is modelled with Opus. */
function codecError({ codec, client, transport }: RawOptions): UserError | undefined {
  if (codec === undefined) return undefined;
  const unknown = choiceError('codec', codec, CODECS, []);
  if (unknown !== undefined) return unknown;
  if (transport === 'webrtc') {
    if (codec === 'opus') return undefined;
    const where = `--transport webrtc --codec ${codec}`;
    return refused('WebRTC carries Opus', where, 'leave --codec out, or use --transport websocket');
  }
  if (client !== 'stock' || codec === 'pcm16') return undefined;
  const where = `--client stock --codec ${codec}`;
  return refused(
    'the stock client sends and plays PCM16 only',
    where,
    'use --client parley, or --codec pcm16',
  );
}

/** `later`: names that will be known, and are not yet. */
export function choiceError(
  flag: string,
  value: string,
  allowed: readonly string[],
  later: readonly string[],
): UserError | undefined {
  if (allowed.includes(value)) return undefined;
  const names = allowed.join(', ');
  if (later.includes(value)) {
    return refused(
      `--${flag} ${value} comes in a later version`,
      `--${flag} ${value}`,
      `use one of: ${names}`,
    );
  }
  return refused(`unknown ${flag} "${value}"`, `--${flag} ${value}`, `use one of: ${names}`);
}

export function networkError(flag: string, network: string | undefined): UserError | undefined {
  if (network === undefined) return undefined;
  const where = `--${flag} ${network}`;
  const parsed = parseNetwork(network);
  if (!parsed.ok) {
    const isName = /^[\w-]+$/.test(network);
    if (!isName) return refused(`this network cannot be: ${parsed.reason}`, where, 'mend the field it names');
    const close = nearest(network, NETWORK_NAMES);
    const names = `one of ${NETWORK_NAMES.join(', ')}, a .json file, or words such as "delay=40ms loss=2%"`;
    const todo = close === undefined ? `use ${names}` : `did you mean "${close}"? Otherwise use ${names}`;
    return refused(`unknown network "${network}"`, where, todo);
  }
  return undefined;
}

/** Whom the settings name plays in the live world, and nobody else. */
function liveError({ world, providers, hedge }: RawOptions): UserError | undefined {
  if (world !== 'live') return undefined;
  if (providers !== 'prd') {
    const todo = 'leave it out and set STT_PROVIDER, LLM_PROVIDER and TTS_PROVIDER';
    return refused('the live world talks to the vendors of the settings', `--providers ${providers}`, todo);
  }
  if (hedge === undefined) return undefined;
  return refused(
    'the live world hedges as the settings say',
    `--hedge ${hedge}`,
    'leave it out and set HEDGE',
  );
}

function vendorNetworkError(world: string, network: string | undefined): UserError | undefined {
  if (network === undefined || network === LOOPBACK_NETWORK || world === 'sim') return undefined;
  return refused(
    `in the ${world} world only the way from the caller to the agent may be impaired`,
    `--vendor-network ${network}`,
    'leave --vendor-network out, or use --world sim',
  );
}

function providersError(providers: string): UserError | undefined {
  const loaded = loadProfile(providers);
  return loaded.ok ? undefined : profileError(providers, loaded.reason);
}

/** What to do about a set of latencies that cannot be had for `reason`. */
export function profileError(providers: string, reason: string): UserError {
  const where = `--providers ${providers}`;
  if (existsSync(providers))
    return refused(reason, where, 'mend that field of the file, or use prd or published');
  const vendors = providers.includes('=') ? ', and vendors such as prd,stt=deepgram,second-llm=groq' : '';
  return refused(reason, where, `use prd, published, or a latency profile file (JSON)${vendors}`);
}

function numberError(flag: string, value: string, min: number, max: number): UserError | undefined {
  const number = Number(value);
  if (/^\d{1,16}$/.test(value) && number >= min && number <= max) return undefined;
  return refused(
    `--${flag} is not a whole number in range`,
    `--${flag} ${value}`,
    `give a whole number from ${min} to ${max}`,
  );
}

const refused = (what: string, where: string, todo: string): UserError => ({ what, where, todo, exit: 2 });
