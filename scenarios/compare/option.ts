// What `npm run compare` may be asked for, as typed values. Everything that may be wrong is found before
// the first conversation, and named together with what is allowed.
import { POLICY_NAMES } from '#agent/core/turn/policy.ts';
import type { WireCodec } from '#sim/codec.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { CODECS, choiceError } from '../commands/option.ts';
import { nearest, type UserError } from '../error.ts';
import { loadScenario } from '../library/index.ts';
import type { Scenario } from '../script/scenario.ts';
import { GRIDS, type GridName } from './grid.ts';
import { COMPARED, describeNetwork } from './network.ts';
import type { ComparePlan } from './plan.ts';
import { TRANSPORTS, type TransportName } from './request.ts';

/** What commander hands over: text as it was typed. */
export type RawCompare = {
  readonly transports?: string;
  readonly networks?: string;
  readonly grid: string;
  readonly policy: string;
  readonly codec?: string;
  readonly runs: string;
  readonly seed: string;
  readonly providers: string;
  readonly out: string;
  readonly json: boolean;
};

export type ReadPlan =
  | { readonly ok: true; readonly plan: ComparePlan }
  | { readonly ok: false; readonly error: UserError };

/** An interruption, questions about earlier turns, and about a minute long. */
const DEFAULT_SCENARIO = 'short-call';
const RUNS_MAX = 10_000;
const SEED_MAX = 2 ** 32 - 1 - RUNS_MAX;

export async function readPlan(names: readonly string[], raw: RawCompare): Promise<ReadPlan> {
  const transports = listOf(raw.transports) ?? [...TRANSPORTS];
  const networks = listOf(raw.networks) ?? COMPARED;
  const error =
    transportError(transports) ??
    gridError(raw.grid) ??
    choiceError('policy', raw.policy, POLICY_NAMES, []) ??
    codecError(raw.codec, transports) ??
    numberError('runs', raw.runs, 1, RUNS_MAX) ??
    numberError('seed', raw.seed, 0, SEED_MAX) ??
    providersError(raw.providers) ??
    (raw.out === ''
      ? refused('--out is empty', '--out', 'give a folder, such as .parley/compare')
      : undefined) ??
    networksError(networks);
  if (error !== undefined) return { ok: false, error };
  const scenarios: Scenario[] = [];
  const origins = [...new Set(names.length === 0 ? [DEFAULT_SCENARIO] : names)];
  for (const name of origins) {
    const loaded = await loadScenario(name);
    if (!loaded.ok) return loaded;
    scenarios.push(loaded.scenario);
  }
  const policy = POLICY_NAMES.find((name) => name === raw.policy) ?? 'parley';
  return {
    ok: true,
    plan: {
      scenarios,
      origins,
      // In the fixed order, whatever the order in which they were asked for.
      transports: TRANSPORTS.filter((name) => transports.includes(name)),
      networks,
      grid: raw.grid as GridName,
      runs: Number(raw.runs),
      seed: Number(raw.seed),
      providers: raw.providers,
      ...(policy === 'parley' ? {} : { policy }),
      ...(raw.codec === undefined ? {} : { codec: raw.codec as WireCodec }),
    },
  };
}

const listOf = (text: string | undefined): readonly string[] | undefined =>
  text === undefined
    ? undefined
    : [
        ...new Set(
          text
            .split(',')
            .map((name) => name.trim())
            .filter(Boolean),
        ),
      ];

function transportError(names: readonly string[]): UserError | undefined {
  const where = `--transports ${names.join(',')}`;
  const todo = `use one or more of: ${TRANSPORTS.join(', ')}`;
  if (names.length === 0) return refused('no transport is given', where, todo);
  const wrong = names.find((name) => !TRANSPORTS.includes(name as TransportName));
  return wrong === undefined ? undefined : refused(`unknown transport "${wrong}"`, where, todo);
}

/** It is the WebSocket's; a WebRTC beside it carries Opus whatever the other does. */
function codecError(codec: string | undefined, transports: readonly string[]): UserError | undefined {
  if (codec === undefined) return undefined;
  const unknown = choiceError('codec', codec, CODECS, []);
  if (unknown !== undefined || codec === 'opus' || transports.includes('websocket')) return unknown;
  const where = `--transports ${transports.join(',')} --codec ${codec}`;
  return refused('WebRTC carries Opus', where, 'leave --codec out, or add websocket to --transports');
}

function gridError(name: string): UserError | undefined {
  const names = [...Object.keys(GRIDS), 'off'];
  if (names.includes(name)) return undefined;
  const close = nearest(name, names);
  const hint = close === undefined ? '' : `did you mean "${close}"? `;
  return refused(`unknown grid "${name}"`, `--grid ${name}`, `${hint}Use one of: ${names.join(', ')}`);
}

function networksError(networks: readonly string[]): UserError | undefined {
  const todo = `give networks such as ${COMPARED.slice(0, 3).join(',')} or delay=40ms`;
  if (networks.length === 0) return refused('no network is given', '--networks', todo);
  for (const network of networks) {
    const described = describeNetwork(network);
    if (!described.ok) return refused(`unknown network: ${described.reason}`, `--networks ${network}`, todo);
  }
  return undefined;
}

function providersError(providers: string): UserError | undefined {
  const loaded = loadProfile(providers);
  if (loaded.ok) return undefined;
  return refused(
    loaded.reason,
    `--providers ${providers}`,
    'use prd, published, or a latency profile file (JSON)',
  );
}

function numberError(flag: string, value: string, min: number, max: number): UserError | undefined {
  if (/^\d{1,16}$/.test(value) && Number(value) >= min && Number(value) <= max) return undefined;
  const todo = `give a whole number from ${min} to ${max}`;
  return refused(`--${flag} is not a whole number in range`, `--${flag} ${value}`, todo);
}

const refused = (what: string, where: string, todo: string): UserError => ({ what, where, todo, exit: 2 });
