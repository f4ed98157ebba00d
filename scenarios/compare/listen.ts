// One call of a comparison played again with somebody listening at the ear: the reply that is
// interrupted, on a network that does nothing and on the one on which the transports differ most. Both
// tracks begin where that reply does, so that the same words stand at the same place until the network
// moves them.
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import type { AudioPair, CompareResult } from '#reports/compare/compare-result.ts';
import { differenceOf } from '#reports/compare/contest.ts';
import { ANSWER, cellOf } from '#reports/compare/lookup.ts';
import { wavBase64 } from '#reports/compare/wav.ts';
import type { HeardPiece } from '#sim/caller/client/client.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { play } from '../runner/play.ts';
import { type Call, type ComparePlan, type Played, requestOf } from './plan.ts';
import { FROM_RATE, resample, TO_RATE } from './resample.ts';
import { marksOf, type Stretch, samplesOf } from './track.ts';

/** Four tracks of this length at 16 kHz are 1 MB in base64. */
const LENGTH_US: Micros = ms(5_800);
const BEFORE_US: Micros = ms(200);
const CLEAN = 'loopback';

/** Calls that are played again in search of the one with the most marks. */
const CALLS = 5;

/** One pair for each transport; none when no network was played or the reply never came. */
export async function listen(
  plan: ComparePlan,
  result: CompareResult,
  played: readonly Played[],
): Promise<readonly AudioPair[]> {
  const [scenario] = plan.scenarios;
  const network = roughest(result);
  if (scenario === undefined || network === undefined) return [];
  let best: readonly AudioPair[] = [];
  for (const seed of roughestSeeds(plan, played, network)) {
    const pairs: AudioPair[] = [];
    for (const transport of plan.transports) {
      const pair = await hearBoth(plan, { scenario, seed, transport, network });
      if (pair !== undefined) pairs.push(pair);
    }
    if (pairs.length > best.length || (pairs.length === best.length && marksIn(pairs) > marksIn(best)))
      best = pairs;
  }
  return best;
}

const marksIn = (pairs: readonly AudioPair[]): number =>
  pairs.reduce((sum, { marks }) => sum + marks.length, 0);

async function hearBoth(plan: ComparePlan, call: Call): Promise<AudioPair | undefined> {
  const { transport, network, seed } = call;
  const heard = await hearing(plan, call);
  const clean = await hearing(plan, { ...call, network: CLEAN });
  if (clean === undefined || heard === undefined) return undefined;
  return {
    title: `${heard.interrupted ? 'A reply and its interruption' : 'A reply'}, ${reasonOf(plan)}`,
    transport,
    network,
    seed,
    clean: { wavBase64: heardAs(clean), about: 'the same reply on a network without loss or delay' },
    heard: { wavBase64: heardAs(heard), about: `what the caller heard on ${network}` },
    marks: [...marksOf(heard.pieces, heard.stretch, FROM_RATE, heard.repliesUs)],
  };
}

const reasonOf = ({ runs }: ComparePlan): string => {
  if (runs === 1) return 'from the only call';
  return runs <= CALLS ? `the roughest of ${runs} calls` : `from one of the roughest of ${runs} calls`;
};

/** Where the transports differ most in the slow answers; with one transport, the slowest network. */
function roughest(result: CompareResult): string | undefined {
  const ranked = result.networks.map(({ name }) => {
    const [webrtc, websocket] = [cellOf(result, 'webrtc', name), cellOf(result, 'websocket', name)];
    const only = (webrtc ?? websocket)?.figures[ANSWER];
    const alone = only !== undefined && 'p95' in only ? only.p95 : null;
    const difference = differenceOf(webrtc, websocket, ANSWER, 'p95');
    return { name, by: Math.abs((webrtc && websocket ? difference : alone) ?? 0) };
  });
  return ranked.sort((one, other) => other.by - one.by)[0]?.name;
}

/** The calls in which the voice broke off most, over all transports; the roughest first. */
function roughestSeeds(plan: ComparePlan, played: readonly Played[], network: string): readonly number[] {
  const breaks = new Map<number, number>();
  for (const { job, runs } of played) {
    if (job.network !== network || job.place !== undefined) continue;
    // Runs stand scenario by scenario; only those of the first are played again.
    for (const { seed, samples } of runs.slice(0, plan.runs)) {
      const count = (samples['rebuffers'] ?? []).reduce((sum, [value]) => sum + value, 0);
      breaks.set(seed, (breaks.get(seed) ?? 0) + count);
    }
  }
  const ranked = [...breaks].sort((one, other) => other[1] - one[1] || one[0] - other[0]);
  return ranked.slice(0, CALLS).map(([seed]) => seed);
}

type Hearing = {
  readonly pieces: readonly HeardPiece[];
  readonly stretch: Stretch;
  readonly repliesUs: readonly Micros[];
  readonly interrupted: boolean;
};

/** Undefined when the call had no such reply. */
async function hearing(plan: ComparePlan, call: Call): Promise<Hearing | undefined> {
  const { acts } = call.scenario.caller;
  const interruption = acts.findIndex(({ kind }) => kind === 'interrupt');
  const asked = interruption > 0 ? interruption - 1 : acts.findIndex((act) => 'parts' in act);
  const pieces: HeardPiece[] = [];
  const { facts } = await play(requestOf(plan, call), (piece) => pieces.push(piece));
  let waiting = false;
  for (const fact of facts) {
    if (fact.who !== 'caller') continue;
    if (fact.what === 'spoke') waiting = fact.act === asked;
    if (fact.what !== 'ear.audible' || !waiting) continue;
    const stretch = { fromUs: fact.t - BEFORE_US, lengthUs: LENGTH_US };
    const reach = seconds(2);
    const near = pieces.filter(
      ({ startUs }) =>
        startUs > stretch.fromUs - reach && startUs < stretch.fromUs + stretch.lengthUs + reach,
    );
    return { pieces: near, stretch, repliesUs: repliesOf(facts), interrupted: interruption > 0 };
  }
  return undefined;
}

const repliesOf = (facts: readonly Fact[]): readonly Micros[] =>
  facts.flatMap((fact) => (fact.what === 'reply.audible' ? [fact.t] : []));

const heardAs = ({ pieces, stretch }: Hearing): string =>
  wavBase64(resample(samplesOf(pieces, stretch, FROM_RATE)), TO_RATE);
