// Plays one run in the world it asks for and returns it as a value; a world that fails is an
// outcome with a reason, never an exception.
import { threadCpuUsage } from 'node:process';
import { countTokens, loadTokens } from '#agent/providers/tokens.ts';
import type { SpeechTable } from '#sim/caller/speech-table.ts';
import { parseNetwork } from '#sim/network/profile.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { playSim } from '#sim/world.ts';
import { readSpeech } from '../speech/pack.ts';
import type { RunEnd, RunOutcome, RunRequest } from './run.ts';

export async function play(request: RunRequest): Promise<RunOutcome> {
  // Of this thread alone: the process counts the neighbours of a campaign as well.
  const started = threadCpuUsage();
  const result = await playSafely(request);
  const { user, system } = threadCpuUsage(started);
  return {
    scenario: request.scenario.name,
    seed: request.seed,
    ...result,
    cpuSeconds: (user + system) / 1_000_000,
  };
}

type Played = Omit<RunOutcome, 'scenario' | 'seed' | 'cpuSeconds'>;

async function playSafely(request: RunRequest): Promise<Played> {
  try {
    return await playIn(request);
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

async function playIn(request: RunRequest): Promise<Played> {
  const profile = loadProfile(request.providers);
  if (!profile.ok) throw new Error(profile.reason);
  const network = parseNetwork(request.network);
  if (!network.ok) throw new Error(network.reason);
  const options = {
    ...request.scenario,
    seed: request.seed,
    profile: profile.profile,
    table: speech(),
    countTokens,
    interning: request.interning ?? true,
  };
  if (request.world === 'loopback') {
    // In real time, a first count that loads the vocabulary would be heard.
    loadTokens();
    const { playLoopback } = await import('#sim/loopback/world.ts');
    return played(await playLoopback(options));
  }
  return played(await playSim({ ...options, network: network.profile, settle: request.settle ?? 'tick' }));
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
