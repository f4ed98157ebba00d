// What to do in this tick: the decision table of NetEq (M106), pure. Levels are samples; the control
// band is three quarters of the target to the target, at least 20 ms wide.
import { type JitterSettings, SAMPLES_PER_MS } from './setting.ts';

export type Operation = 'normal' | 'accelerate' | 'fast' | 'expand' | 'conceal' | 'merge' | 'noise' | 'reset';

/** How the last samples were made. */
export type Mode = 'normal' | 'scaled' | 'conceal' | 'merge' | 'noise';

export type Situation = {
  readonly settings: JitterSettings;
  readonly mode: Mode;
  readonly targetMs: number;
  /** Filtered level and true span of the packet buffer, samples. */
  readonly level: number;
  readonly span: number;
  /** When the sample to be played next was sent, relative to the fastest: the playout delay, ms. */
  readonly playoutDelayMs: number;
  readonly slowestMs: number;
  /** Samples from what is due to the first packet that waits: 0 = it is here; undefined = none waits. */
  readonly leap: number | undefined;
  readonly holdsNoise: boolean;
  /** Samples made up or of noise since the last real ones. */
  readonly generated: number;
  /** Loudness of the concealment, 1 … 0. */
  readonly loudness: number;
  readonly mayScale: boolean;
};

const GRANULARITY = 20 * SAMPLES_PER_MS;
const WAIT_MAX = 100 * SAMPLES_PER_MS;
const RESTART = 1_000 * SAMPLES_PER_MS;
const HORIZON = 5_000 * SAMPLES_PER_MS;
const NOISE_WINDOW = 50 * SAMPLES_PER_MS;

export function decide(situation: Situation): Operation {
  const { mode, leap, targetMs, span, loudness, holdsNoise, generated } = situation;
  if (leap === undefined) return mode === 'noise' ? 'noise' : 'conceal';
  if (leap < -HORIZON) return 'reset';
  if (mode === 'conceal' && generated > RESTART) return 'normal';
  const scarce = span < (targetMs * SAMPLES_PER_MS) / 2;
  if (scarce && mode === 'conceal' && loudness < 0.5 && !holdsNoise) return 'conceal';
  return leap === 0 ? expected(situation) : future(situation, leap);
}

/** The packet that is due is here. */
function expected(situation: Situation): Operation {
  const { settings, mode, targetMs, level, playoutDelayMs, slowestMs, mayScale } = situation;
  if (mode === 'conceal') return 'normal';
  const target = targetMs * SAMPLES_PER_MS;
  const filtered = settings.control === 'filtered';
  const low = filtered
    ? Math.max(0.75 * target, target - settings.decelerationOffsetMs * SAMPLES_PER_MS)
    : target;
  const high = filtered
    ? Math.max(target, low + GRANULARITY)
    : target + slowestMs * SAMPLES_PER_MS + GRANULARITY;
  const held = filtered ? level : playoutDelayMs * SAMPLES_PER_MS;
  if (held >= 4 * high) return 'fast';
  if (!mayScale) return 'normal';
  if (held >= high) return 'accelerate';
  return held < low ? 'expand' : 'normal';
}

/** It is not, but a later one is. */
function future(situation: Situation, leap: number): Operation {
  const { mode, targetMs, level, span, generated } = situation;
  const target = targetMs * SAMPLES_PER_MS;
  const early = leap > generated;
  if (mode === 'noise') {
    const wait = (early && span <= target + NOISE_WINDOW) || span < target - NOISE_WINDOW;
    return wait ? 'noise' : 'normal';
  }
  if (mode !== 'conceal') return 'conceal';
  const goesOn = leap < RESTART && generated < WAIT_MAX && early && level < target;
  return goesOn ? 'conceal' : 'merge';
}
