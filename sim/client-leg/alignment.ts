// Sound that is known by its content is known as long as it is cut where it was cut when it was recorded:
// into windows of 512 samples. So what a break takes out of a stream is made a whole number of them.

const WINDOW_SAMPLES = 512;

/** Samples that are still to be left out, or put in, after `lost` of them, for whole windows. */
export const untilAligned = (lost: number): number =>
  (WINDOW_SAMPLES - (lost % WINDOW_SAMPLES)) % WINDOW_SAMPLES;
