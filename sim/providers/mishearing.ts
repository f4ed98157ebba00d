// What a recogniser takes a word for when it is wrong. The choice is keyed by turn and by the word's
// place in its recording, so the same word is misheard the same way whatever else is transcribed; a
// word is never taken for itself. Noise takes words beyond the model's own errors, faintness whole words.
import { hashText } from '#sim/kernel/hash.ts';
import type { Draws } from './draw.ts';
import type { Fate, Mishearing } from './ear.ts';
import { spokenForm } from './phone.ts';
import type { VendorWorld } from './vendor.ts';

const TAKEN_FOR = (
  'the and for that with have this will your from they know want been good some time very when come ' +
  'just like long make many more only over such take than them well were what after again could every'
).split(' ');

/** A recogniser hears the end of a sentence by its tune: it stays, whatever the last word is taken for. */
const STOPS = /[.,;:!?…]+$/;

/** A mishearing by the profile's error rate. */
export function mishearingOf(world: VendorWorld, draws: Draws): Mishearing {
  return {
    slips(place) {
      const rate = draws.value('stt.substitution_rate', place);
      return rate > 0 && world.chance.uniform(world.turn(), 'stt.slip', place) < rate;
    },
    amid(place, { snrDb, lossDb }) {
      const { misheard, lost } = errorsAt(snrDb, lossDb);
      const draw = world.chance.uniform(world.turn(), 'stt.amid', place);
      if (draw < lost) return 'lost';
      return draw < lost + misheard ? 'misheard' : ('heard' satisfies Fate);
    },
    substitute(word, place) {
      const said = spokenForm(word);
      const draw = world.chance.uniform(world.turn(), 'stt.substitute', place);
      const start = Math.floor(draw * TAKEN_FOR.length) + (hashText(0, said) & 0xff);
      const first = TAKEN_FOR[start % TAKEN_FOR.length] ?? 'the';
      const taken = first === said ? (TAKEN_FOR[(start + 1) % TAKEN_FOR.length] ?? 'and') : first;
      return `${taken}${STOPS.exec(word)?.[0] ?? ''}`;
    },
  };
}

/**
 * Word error rate that noise adds to a recogniser's own, by signal-to-noise ratio in dB. Inferred: no
 * vendor publishes it for streams; the shape (harmless at 20 dB, a tenth of the words near 5 dB, half of
 * them some dB below 0) is that of recognisers trained on noise.
 */
const NOISE_ERRORS: readonly (readonly [number, number])[] = [
  [-10, 0.9],
  [-5, 0.55],
  [0, 0.25],
  [5, 0.09],
  [10, 0.03],
  [20, 0.005],
  [30, 0],
];
/** Of the errors in noise, words that are left out; the others are taken for another. Inferred. */
const LOST_SHARE = 0.5;

/** Share of words too faint to be written down, by how much fainter than a caller they are. Inferred. */
const FAINT_LOSSES: readonly (readonly [number, number])[] = [
  [6, 0],
  [12, 0.15],
  [20, 0.5],
  [30, 0.95],
  [36, 1],
];

export function errorsAt(
  snrDb: number,
  lossDb: number,
): { readonly misheard: number; readonly lost: number } {
  const faint = along(FAINT_LOSSES, lossDb);
  const noisy = along(NOISE_ERRORS, snrDb) * (1 - faint);
  return { misheard: noisy * (1 - LOST_SHARE), lost: faint + noisy * LOST_SHARE };
}

/** Straight lines between the knots, level beyond them. */
function along(knots: readonly (readonly [number, number])[], at: number): number {
  let [x0, y0] = knots[0] ?? [0, 0];
  for (const [x1, y1] of knots) {
    if (at <= x1) return x1 === x0 ? y1 : y0 + ((Math.max(at, x0) - x0) / (x1 - x0)) * (y1 - y0);
    [x0, y0] = [x1, y1];
  }
  return y0;
}
