// Whether a piece of audio can be heard at all. One threshold for the agent, the caller's ear and
// every latency that is measured to the first audible sample.
import { samplesOf } from '../pcm.ts';

/** About -50 dBFS: below it, a phone's ear piece gives nothing that a person notices. */
const AUDIBLE_LEVEL = 104;

/** Index of the first audible sample of PCM s16le mono; -1 when there is none. */
export function firstAudible(pcm: Uint8Array): number {
  const samples = samplesOf(pcm);
  for (let at = 0; at < samples.length; at += 1) {
    if (isLoud(samples[at] as number)) return at;
  }
  return -1;
}

/** Index of the last audible sample of PCM s16le mono; -1 when there is none. */
export function lastAudible(pcm: Uint8Array): number {
  const samples = samplesOf(pcm);
  for (let at = samples.length - 1; at >= 0; at -= 1) {
    if (isLoud(samples[at] as number)) return at;
  }
  return -1;
}

export const isAudible = (pcm: Uint8Array): boolean => firstAudible(pcm) >= 0;

const isLoud = (sample: number): boolean => sample >= AUDIBLE_LEVEL || sample <= -AUDIBLE_LEVEL;
