// The score of one direction of a call, from what the network and the jitter buffer did to it. The
// media path only: the agent's thinking is a gap between turns, not delay of the line. Echo is taken
// as perfectly cancelled, so a call without delay and loss scores what its codec scores.
import { assert } from '#agent/core/assert.ts';
import { CODECS, type Codec, type CodecName, type Scale, type Tag, weakest } from './codec.ts';
import { narrowband } from './narrowband.ts';
import { wideband } from './wideband.ts';

export type MediaPath = {
  readonly codec: CodecName;
  /**
   * One way from mouth to ear, ms: network, buffer, packet interval and the encoder's look-ahead
   * (G.711 0.25 ms, Opus 6.5 ms).
   */
  readonly delayMs: number;
  /** Share (0…1) of what should have been played and was not: lost, or discarded as late. */
  readonly lossShare: number;
  /** 1 is random loss. */
  readonly burstRatio: number;
};

export type Score = {
  /** Null when the codec has no published robustness and there was loss. */
  readonly r: number | null;
  readonly mos: number | null;
  readonly scale: Scale;
  /** The weakest source of any number that entered. */
  readonly tag: Tag;
  /** True when something without an ITU value entered. */
  readonly provisional: boolean;
};

export function mosOf({ codec: name, delayMs, lossShare, burstRatio }: MediaPath): Score {
  assert(delayMs >= 0, `a delay of ${delayMs} ms`);
  assert(lossShare >= 0 && lossShare <= 1, `a loss of ${lossShare}`);
  const codec: Codec = CODECS[name];
  const tag = tagOf(codec, lossShare, burstRatio);
  const flags = { scale: codec.scale, tag, provisional: tag === 'X' };
  if (codec.bpl === null && lossShare > 0) return { r: null, mos: null, ...flags };
  const equipment = { ie: codec.ie, ppl: 100 * lossShare, ...robustness(codec, burstRatio) };
  const { r, mos } = codec.scale === 'NB' ? ratedNarrow(equipment, delayMs) : ratedWide(equipment, delayMs);
  return { r, mos, ...flags };
}

type Rated = { readonly r: number; readonly mos: number };
type Equipment = {
  readonly ie: number;
  readonly ppl: number;
  readonly bpl: number;
  readonly burstR: number;
};

const ratedNarrow = (equipment: Equipment, ta: number): Rated => narrowband({ ...equipment, ta });
const ratedWide = (equipment: Equipment, ta: number): Rated => wideband({ ...equipment, ta });

/** A robustness measured under bursts stands for the burst ratio; both together would count it twice. */
function robustness({ bpl, bplBursty }: Codec, burstR: number): { bpl: number; burstR: number } {
  // Without loss any robustness will do.
  if (bpl === null) return { bpl: 1, burstR: 1 };
  return burstR > 1 && bplBursty !== undefined ? { bpl: bplBursty, burstR: 1 } : { bpl, burstR };
}

/** The standard's wideband text knows random loss only; a burst ratio there is the usual extension. */
function tagOf(codec: Codec, lossShare: number, burstRatio: number): Tag {
  const stretched = codec.scale === 'WB' && lossShare > 0 && burstRatio > 1;
  return weakest(['N', codec.tag, stretched ? 'X' : 'N']);
}
