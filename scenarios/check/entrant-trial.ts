// One configured provider, tried once, whatever its stage.
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { Clip } from '#sim/caller/speech-table.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { tryEar } from './ear-trial.ts';
import { tryMind } from './mind-trial.ts';
import type { Depth, Tried } from './trial.ts';
import { tryVoice } from './voice-trial.ts';

/** What all trials share. */
export type Bench = {
  readonly clock: Clock;
  /** What recognisers are to hear. */
  readonly clip: Clip;
  readonly depth: Depth;
};

export function tryEntrant(bench: Bench, entrant: AnyEntrant): Promise<Tried> {
  const { clock, clip, depth } = bench;
  const { provider, model } = entrant;
  switch (entrant.stage) {
    case 'stt':
      return tryEar(clock, { factory: entrant.factory, provider, model, clip });
    case 'llm':
      return tryMind(clock, { factory: entrant.factory, provider, model, depth });
    case 'tts': {
      const rate = Number(entrant.settings['outputRate'] ?? 24_000);
      return tryVoice(clock, { factory: entrant.factory, provider, model, rate, depth });
    }
  }
}
