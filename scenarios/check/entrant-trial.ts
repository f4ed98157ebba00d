// One configured provider, tried once, whatever its stage.

import type { dial } from '#agent/io/dial.ts';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { Clip } from '#sim/caller/speech-table.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import { type Carriers, REAL } from './drive.ts';
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
  /** What it all goes over; real sockets when absent. */
  readonly network?: { readonly carriers: Carriers; readonly dial: typeof dial };
};

export function tryEntrant(bench: Bench, entrant: AnyEntrant): Promise<Tried> {
  const { clock, clip, depth } = bench;
  const { carriers } = bench.network ?? { carriers: REAL };
  const { provider, model } = entrant;
  switch (entrant.stage) {
    case 'stt':
      return tryEar(clock, { carriers, factory: entrant.factory, provider, model, clip });
    case 'llm':
      return tryMind(clock, { carriers, factory: entrant.factory, provider, model, depth });
    case 'tts': {
      const rate = Number(entrant.settings['outputRate'] ?? 24_000);
      return tryVoice(clock, { carriers, factory: entrant.factory, provider, model, rate, depth });
    }
  }
}
