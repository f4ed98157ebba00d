// The same utterance of the same seed over both transports, pair by pair: what is left when everything
// that both share is taken away.
import type { Pair } from '#reports/compare/compare-result.ts';
import { percentile } from '../kpis/statistic.ts';
import { quantileInterval, rounded } from './estimate.ts';
import type { FoldedRun } from './fold.ts';
import type { Played } from './plan.ts';

/** Metrics with one sample per utterance, in ms. */
const PAIRED = ['voice_to_voice_ms', 'barge_stop_ear_ms'] as const;

/** WebSocket minus WebRTC on every network that both played. */
export function pairsOf(named: readonly Played[]): Pair[] {
  const networks = [...new Set(named.map(({ job }) => job.network))];
  return networks.flatMap((network) => {
    const runsOver = (transport: string): readonly FoldedRun[] | undefined =>
      named.find(({ job }) => job.network === network && job.transport === transport)?.runs;
    const [webrtc, websocket] = [runsOver('webrtc'), runsOver('websocket')];
    if (webrtc === undefined || websocket === undefined) return [];
    return PAIRED.flatMap((metric) => pairOf(network, metric, webrtc, websocket));
  });
}

function pairOf(
  network: string,
  metric: string,
  webrtc: readonly FoldedRun[],
  websocket: readonly FoldedRun[],
): readonly Pair[] {
  // Runs stand in the same order on both sides: scenario by scenario, seed by seed.
  const differences = webrtc.flatMap((run, at) => {
    const others = new Map((websocket[at]?.samples[metric] ?? []).map(([value, , act]) => [act, value]));
    return (run.samples[metric] ?? []).flatMap(([value, , act]) => {
      const other = others.get(act);
      return other === undefined ? [] : [other - value];
    });
  });
  const sorted = differences.sort((one, other) => one - other);
  const median = percentile(sorted, 0.5);
  if (median === null) return [];
  const interval = quantileInterval(sorted, 0.5);
  return [{ network, metric, n: sorted.length, median: rounded(median), interval }];
}
