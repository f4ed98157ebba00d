// Plays one run in the world it asks for and returns it as a value; a world that fails is an
// outcome with a reason, never an exception.
import { threadCpuUsage } from 'node:process';
import { countTokens, loadTokens } from '#agent/providers/tokens.ts';
import type { SpeechTable } from '#sim/caller/speech-table.ts';
import type { Impairment } from '#sim/network/impairment.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { type OnHeard, playSim } from '#sim/world.ts';
import { readSpeech } from '../speech/pack.ts';
import { rehearse } from './rehearsal.ts';
import type { RunEnd, RunOutcome, RunRequest } from './run.ts';

/** `onHeard` listens at the caller's ear; in the simulated world only. */
export async function play(request: RunRequest, onHeard?: OnHeard): Promise<RunOutcome> {
  // Of this thread alone: the process counts the neighbours of a campaign as well.
  const started = threadCpuUsage();
  const result = await playSafely(request, onHeard);
  const { user, system } = threadCpuUsage(started);
  return {
    scenario: request.scenario.name,
    seed: request.seed,
    ...result,
    cpuSeconds: (user + system) / 1_000_000,
  };
}

type Played = Omit<RunOutcome, 'scenario' | 'seed' | 'cpuSeconds'>;

async function playSafely(request: RunRequest, onHeard?: OnHeard): Promise<Played> {
  try {
    return await playIn(request, onHeard);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { end: 'crashed', detail, facts: [], traceHash: '', simulatedSeconds: 0, events: 0 };
  }
}

/** Read once per process: recordings do not change. */
let table: SpeechTable | undefined;
const speech = (): SpeechTable => {
  table ??= readSpeech();
  return table;
};

async function playIn(request: RunRequest, onHeard?: OnHeard): Promise<Played> {
  const profile = loadProfile(request.providers);
  if (!profile.ok) throw new Error(profile.reason);
  const network = networkOf(request.network);
  const vendorNetwork = networkOf(request.vendorNetwork ?? VENDOR_NETWORK);
  const options = {
    ...request.scenario,
    seed: request.seed,
    profile: profile.profile,
    table: speech(),
    countTokens,
    interning: request.interning ?? true,
    ...(request.client === undefined ? {} : { client: request.client }),
    ...(request.codec === undefined ? {} : { codec: request.codec }),
    ...(request.tuning === undefined ? {} : { tuning: request.tuning }),
    ...(onHeard === undefined ? {} : { onHeard }),
  };
  if (request.world === 'loopback') {
    if (request.transport === 'webrtc') throw new Error('the loopback world speaks WebSocket only');
    // In real time, a first count that loads the vocabulary would be heard.
    loadTokens();
    const { playLoopback } = await import('#sim/loopback/world.ts');
    await rehearse(() =>
      playSim({ ...options, network, vendorNetwork, transport: 'websocket', settle: 'tick' }),
    );
    const own = network.name === LOOPBACK_NETWORK;
    return played(await playLoopback(own ? options : { ...options, network }));
  }
  const { settle = 'tick', transport = 'websocket' } = request;
  return played(await playSim({ ...options, network, vendorNetwork, transport, settle }));
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
