// The three numbers that matter, and where they stand in a result: how soon the caller hears an answer,
// how soon the agent is silent when interrupted, and how much it remembers.
import { formatCount, formatWithUnit } from './number.ts';
import { figureOf, type ScenarioResult } from './result.ts';

export type Headline = { readonly name: string; readonly figure: string };

export function headlinesOf({ kpis }: ScenarioResult): readonly Headline[] {
  const answer = kpis['voice_to_voice_ms'];
  const retention = kpis['context_retention'];
  const value = figureOf(retention, 'value');
  const probes = value === null ? '' : ` (n=${formatCount(retention?.n ?? 0)})`;
  return [
    { name: 'voice to voice p50', figure: formatWithUnit(figureOf(answer, 'p50'), 'ms') },
    { name: 'voice to voice p95', figure: formatWithUnit(figureOf(answer, 'p95'), 'ms') },
    {
      name: 'barge-in stop p95',
      figure: formatWithUnit(figureOf(kpis['barge_stop_ear_ms'], 'p95'), 'ms'),
    },
    { name: 'retention', figure: `${formatWithUnit(value, 'share')}${probes}` },
  ];
}

/** Where and how it was played, in a few words each. */
export const setupOf = (result: ScenarioResult): readonly (readonly [string, string])[] => [
  ['world', result.world],
  ['transport', result.transport],
  ...(result.client === undefined ? [] : [['client', result.client] as const]),
  ...(result.codec === undefined ? [] : [['codec', result.codec] as const]),
  ['network', result.network],
  ...(result.vendorNetwork === undefined ? [] : [['vendor network', result.vendorNetwork] as const]),
  ['providers', result.providers],
  ['policy', result.policy],
  ...(result.hedge === undefined ? [] : [['second providers', result.hedge] as const]),
  ['seed', String(result.seed)],
  ['runs', String(result.runs)],
];
