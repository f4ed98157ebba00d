// Speech quality of each direction of a call as KPIs. Every transport is scored as G.711 with
// concealment (published values, narrowband scale), so that only what the network did differs; the
// score with the codec really on the wire is shown apart, on its own scale, and never judged.
import { at, define, type Sample } from '../definition.ts';
import type { CodecName } from './codec.ts';
import { type LossCount, lossOf } from './equipment.ts';
import { mosOf, type Score } from './score.ts';

/** What the media path of one direction did in one call. */
export type MediaRecord = LossCount & {
  readonly direction: 'up' | 'down';
  /** Codec on the wire. */
  readonly codec: CodecName;
  /** Mean one-way delay from mouth to ear, ms, agent excluded: see `MediaPath`. */
  readonly delayMs: number;
};

/** The yardstick for comparing transports. */
export const YARDSTICK: CodecName = 'g711-plc';

const score = { unit: 'MOS', summary: 'mean', better: 'higher' } as const;

const DIRECTIONS = [
  { name: 'up', point: 'agent', about: 'caller → agent' },
  { name: 'down', point: 'ear', about: 'agent → caller' },
] as const;

export const QUALITY = define('speech', [
  ...DIRECTIONS.map(({ name, point, about }) => ({
    ...score,
    id: `mos.${name}`,
    about: `E-model ${about}, narrowband scale (ends at 4.41), scored as G.711 with concealment [P]`,
    point,
    prd: [at('value', '>', 4)],
    ours: [at('value', '>=', 4)],
  })),
  ...DIRECTIONS.map(({ name, point, about }) => ({
    ...score,
    id: `mos.${name}.codec`,
    about: `E-model ${about} with the codec on the wire, on its own scale; provisional without an ITU value`,
    point,
  })),
]);

/** Samples of one call; a direction that carried nothing has no score. */
export function* quality(records: readonly MediaRecord[]): Iterable<Sample> {
  for (const record of records) {
    if (record.expected === 0) continue;
    const { mos } = scoreOf(record, YARDSTICK);
    if (mos !== null) yield { kpi: `mos.${record.direction}`, value: mos };
    const own = scoreOf(record, record.codec).mos;
    if (own !== null) yield { kpi: `mos.${record.direction}.codec`, value: own };
  }
}

/** The score of a record as if `codec` had been on the wire. */
export function scoreOf(record: MediaRecord, codec: CodecName): Score {
  const { share, burstR } = lossOf(record);
  return mosOf({ codec, delayMs: record.delayMs, lossShare: share, burstRatio: burstR });
}
