// What a codec and lost packets cost: the equipment impairment of the E-model, and how bursty a loss
// is. Loss always includes packets that came too late to be played.
import { assert } from '#agent/core/assert.ts';

/** Loss in per cent; `burstR` 1 is random loss. Codec figures stand on one scale and fit no other. */
export type Equipment = {
  readonly ie: number;
  readonly bpl: number;
  readonly ppl: number;
  readonly burstR: number;
};

/**
 * Ie,eff. The 95 is not rescaled on the wideband scale. Beyond 2 % loss a burst ratio above 2 lies
 * outside of what G.107 was fitted to; it is used all the same.
 */
export function equipmentImpairment({ ie, bpl, ppl, burstR }: Equipment): number {
  assert(ppl >= 0 && ppl <= 100, `a loss of ${ppl} %`);
  assert(burstR >= 1, `a burst ratio of ${burstR}`);
  assert(bpl > 0, `a robustness of ${bpl}`);
  return ppl === 0 ? ie : ie + ((95 - ie) * ppl) / (ppl / burstR + bpl);
}

/**
 * Burst ratio of a two-state chain: probability of a loss after a received packet, and of a received
 * packet after a loss. Never below 1: loss more regular than chance is scored as chance.
 */
export const burstRatio = (lossAfterReceived: number, receivedAfterLoss: number): number =>
  Math.max(1, 1 / (lossAfterReceived + receivedAfterLoss));

/** What became of a stretch of packets, in playout order: how many, how many unplayable, in how many runs. */
export type LossCount = {
  readonly expected: number;
  readonly lost: number;
  readonly bursts: number;
};

/** Loss as a share (0…1) and burst ratio = mean burst length · (1 – loss), as ITU-T G.107 defines it. */
export function lossOf({ expected, lost, bursts }: LossCount): { share: number; burstR: number } {
  assert(lost >= 0 && lost <= expected, `${lost} of ${expected} packets lost`);
  if (lost === 0 || bursts === 0) return { share: 0, burstR: 1 };
  const share = lost / expected;
  return { share, burstR: Math.max(1, (lost / bursts) * (1 - share)) };
}

/** Counts losses in a sequence of packets, `true` for one that was played. */
export function countLoss(played: Iterable<boolean>): LossCount {
  let expected = 0;
  let lost = 0;
  let bursts = 0;
  let before = true;
  for (const now of played) {
    expected += 1;
    if (!now) lost += 1;
    if (!now && before) bursts += 1;
    before = now;
  }
  return { expected, lost, bursts };
}
