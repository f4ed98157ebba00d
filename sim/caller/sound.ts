// Sounds that are no speech of the caller's: a cough, a television, a street. They have no words that
// anybody could write down, a level that they are mixed by, and no scores: what the voice activity
// model says of a mix is computed when it is heard.

export type Sound = {
  readonly name: string;
  /** 16 kHz mono; one that goes on is a loop without a seam. */
  readonly pcm: Int16Array;
  readonly loops: boolean;
};

/** Where sounds are found; they are read when the first is asked for. */
export interface SoundShelf {
  find(name: string): Sound | undefined;
  readonly names: readonly string[];
}

/**
 * Root mean square of a recorded caller while words sound, in steps of 16 bits (-17 dBFS): measured over 18
 * clips of `scenarios/speech`, whose own levels lie between 3,000 and 5,700. Signal-to-noise ratios are
 * meant against it.
 */
export const VOICE_RMS = 4_700;

/** Root mean square of the samples; 0 of none. */
export function rmsOf(pcm: Int16Array): number {
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  return pcm.length === 0 ? 0 : Math.sqrt(sum / pcm.length);
}

/** The factor by which samples are multiplied for so many decibels. */
export const gainOf = (decibels: number): number => 10 ** (decibels / 20);
