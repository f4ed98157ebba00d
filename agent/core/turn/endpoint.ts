// When a pause is the end of a turn. The evidence makes a score, and the score that is demanded falls
// as the silence grows: a finished question is answered soon, a thought left hanging is waited for.
// Pure; it says after how much silence, and whoever asks keeps the time.
import type { EndpointSettings } from '../setting.ts';
import { type Micros, ms } from '../time.ts';
import { SHAPE_SCORE, shapeOf } from './shape.ts';

/** What a recogniser that knows about turns says of this pause. */
export type TurnSignal = 'eager' | 'end';

export type Evidence = {
  /** The words of the turn so far, settled or not. */
  readonly text: string;
  readonly signal?: TurnSignal | undefined;
};

/** Per mille: how sure the evidence is that the turn is over. */
export function scoreOf({ text, signal }: Evidence): number {
  const shape = SHAPE_SCORE[shapeOf(text)];
  if (signal === 'end') return Math.max(shape, SIGNAL_END);
  // An early guess of the recogniser lifts what is undecided and overrules nothing.
  if (signal === 'eager' && shape >= SHAPE_SCORE.open) return Math.max(shape, SIGNAL_EAGER);
  return shape;
}

const SIGNAL_END = 970;
const SIGNAL_EAGER = 700;

/** Silence, from the last speech heard, after which this score is enough. */
export function silenceFor(score: number, { demand }: EndpointSettings): Micros {
  let before: (typeof demand)[number] | undefined;
  for (const point of demand) {
    const [silenceMs, demanded] = point;
    if (score >= demanded) {
      if (before === undefined) return ms(silenceMs);
      const [beforeMs, beforeScore] = before;
      const share = (beforeScore - score) / (beforeScore - demanded);
      return ms(beforeMs + Math.round(share * (silenceMs - beforeMs)));
    }
    before = point;
  }
  return ms(before?.[0] ?? 0);
}
