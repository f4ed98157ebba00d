// Whether a piece of audio can be heard at all. One threshold for the agent, the caller's ear and
// every latency that is measured to the first audible sample.

/** About -50 dBFS: below it, a phone's ear piece gives nothing that a person notices. */
export const AUDIBLE_LEVEL = 104;

/** Index of the first audible sample of PCM s16le mono; -1 when there is none. */
export function firstAudible(pcm: Uint8Array): number {
  for (let at = 0; at + 1 < pcm.length; at += 2) {
    const sample = (((pcm[at + 1] as number) << 24) >> 16) | (pcm[at] as number);
    if (sample >= AUDIBLE_LEVEL || sample <= -AUDIBLE_LEVEL) return at >> 1;
  }
  return -1;
}

export const isAudible = (pcm: Uint8Array): boolean => firstAudible(pcm) >= 0;
