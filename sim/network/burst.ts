// Loss in bursts as people state it, a share and a mean burst length in packets, turned into bad
// periods in time. Exact for packets at the spacing given: sampled so, the two states are a Markov
// chain whose bad runs have that mean.
import type { Loss } from './impairment.ts';

/**
 * `share` of packets lost, in runs of `burst` packets on average when one comes every `packetMs`.
 * Independent loss has a mean run of 1/(1 - share); asked for no more than that, it is what you get.
 */
export function burstLoss(share: number, burst: number, packetMs: number): Loss {
  const beyond = burst * (1 - share);
  if (beyond <= 1) return { kind: 'iid', share };
  // From bad to good between two packets: (1 - share)·(1 - exp(-t/(bad·(1 - share)))) = 1/burst.
  const badMs = -packetMs / ((1 - share) * Math.log(1 - 1 / beyond));
  return { kind: 'ge_time', goodMs: (badMs * (1 - share)) / share, badMs, lossBad: 1 };
}
