// Plays one run in the world it asks for and returns it as a value; a world that fails is an
// outcome with a reason, never an exception.
import { threadCpuUsage } from 'node:process';
import { countTokens, loadTokens } from '#agent/providers/tokens.ts';
import { isMixed } from '#sim/caller/script.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { loadProfile, withFaults } from '#sim/providers/profile.ts';
import { type OnHeard, playSim, type SimOptions } from '#sim/world.ts';
import { speechOf } from '../speech/booklet.ts';
import { vadModel } from '../speech/vad-model.ts';
import { chaosOf } from './chaos.ts';
import { liveSettings } from './live.ts';
import { rehearse } from './rehearsal.ts';
import type { RunEnd, RunOutcome, RunRequest } from './run.ts';

/** Another world than the one that was asked for: a defect made on purpose. */
export type Defect = (options: SimOptions) => SimOptions;

/** `onHeard` listens at the caller's ear, `defect` spoils the world; both in the simulated one only. */
export async function play(request: RunRequest, onHeard?: OnHeard, defect?: Defect): Promise<RunOutcome> {
  // Of this thread alone: the process counts the neighbours of a campaign as well.
  const started = threadCpuUsage();
  const result = await playSafely(request, onHeard, defect);
  const { user, system } = threadCpuUsage(started);
  return {
    scenario: request.scenario.name,
    seed: request.seed,
    ...result,
    cpuSeconds: (user + system) / 1_000_000,
  };
}

type Played = Omit<RunOutcome, 'scenario' | 'seed' | 'cpuSeconds'>;

async function playSafely(request: RunRequest, onHeard?: OnHeard, defect?: Defect): Promise<Played> {
  try {
    return await playIn(request, onHeard, defect);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { end: 'crashed', detail, facts: [], traceHash: '', simulatedSeconds: 0, events: 0 };
  }
}

async function playIn(request: RunRequest, onHeard?: OnHeard, defect?: Defect): Promise<Played> {
  const profile = loadProfile(request.providers);
  if (!profile.ok) throw new Error(profile.reason);
  const network = networkOf(request.network);
  const vendorNetwork = networkOf(request.vendorNetwork ?? VENDOR_NETWORK);
  const options = {
    ...request.scenario,
    seed: request.seed,
    profile: withFaults(profile.profile, faultsOf(request)),
    hedge: request.hedge ?? request.scenario.hedge ?? 'off',
    table: speechOf(request.scenario),
    ...(isMixed(request.scenario.caller) ? { vad: vadModel() } : {}),
    countTokens,
    interning: request.interning ?? true,
    ...(request.client === undefined ? {} : { client: request.client }),
    ...(request.codec === undefined ? {} : { codec: request.codec }),
    ...(request.policy === undefined ? {} : { env: { TURN_POLICY: request.policy } }),
    ...(request.tuning === undefined ? {} : { tuning: request.tuning }),
    ...(onHeard === undefined ? {} : { onHeard }),
  };
  const { settle = 'tick', transport = 'websocket' } = request;
  if (request.world !== 'sim') {
    // In real time, a first count that loads the vocabulary would be heard.
    loadTokens();
    const { playLoopback } = await import('#sim/loopback/world.ts');
    await rehearse(() => playSim({ ...options, network, vendorNetwork, transport, settle: 'tick' }));
    const own = network.name === LOOPBACK_NETWORK;
    const real = { ...options, transport, ...(own ? {} : { network }) };
    if (request.world === 'loopback') return played(await playLoopback(real));
    const live = liveSettings(options.env);
    if (!live.ok) throw new Error(live.errors.map(({ what }) => what).join('; '));
    return { ...played(await playLoopback({ ...real, live: live.settings })), live: true };
  }
  const whole: SimOptions = { ...options, network, vendorNetwork, transport, settle };
  return played(await playSim(defect?.(whole) ?? whole));
}

function faultsOf({ scenario, seed, chaos }: RunRequest): readonly FaultSpec[] {
  const { faults = [] } = scenario;
  return chaos === undefined ? faults : [...faults, ...chaosOf(chaos, seed, scenario.caller.acts.length)];
}

/**
 * The latencies of the profiles were measured at the client, so their network share is already
 * inside: the vendors' leg adds a tenth of a millisecond, unless a network is asked for.
 */
const VENDOR_NETWORK = 'loopback';
/** What two sockets of one machine have between them without our doing. */
const LOOPBACK_NETWORK = 'loopback';

function networkOf(text: string): Impairment {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.impairment;
}

type WorldResult = {
  readonly end: 'stopped' | 'until' | 'idle';
  readonly waitingFor: string;
  readonly facts: RunOutcome['facts'];
  readonly traceHash: string;
  readonly simulatedUs: number;
  readonly events: number;
};

const ENDS: Readonly<Record<WorldResult['end'], RunEnd>> = {
  stopped: 'finished',
  until: 'timeout',
  idle: 'deadlock',
};

const played = (result: WorldResult): Played => ({
  end: ENDS[result.end],
  detail: result.waitingFor,
  facts: result.facts,
  traceHash: result.traceHash,
  simulatedSeconds: result.simulatedUs / 1_000_000,
  events: result.events,
});
