// What a recogniser takes a word for when it is wrong. The choice is keyed by turn and by the word's
// place in its recording, so the same word is misheard the same way whatever else is transcribed; a
// word is never taken for itself.
import { hashText } from '#sim/kernel/hash.ts';
import type { Draws } from '../draw.ts';
import type { Mishearing } from '../ear.ts';
import { spokenForm } from '../phone.ts';
import type { VendorWorld } from '../vendor.ts';

const TAKEN_FOR = (
  'the and for that with have this will your from they know want been good some time very when come ' +
  'just like long make many more only over such take than them well were what after again could every'
).split(' ');

/** A mishearing by the profile's error rate. */
export function mishearingOf(world: VendorWorld, draws: Draws): Mishearing {
  return {
    slips(place) {
      const rate = draws.value('stt.substitution_rate', place);
      return rate > 0 && world.chance.uniform(world.turn(), 'stt.slip', place) < rate;
    },
    substitute(word, place) {
      const said = spokenForm(word);
      const draw = world.chance.uniform(world.turn(), 'stt.substitute', place);
      const start = Math.floor(draw * TAKEN_FOR.length) + (hashText(0, said) & 0xff);
      const first = TAKEN_FOR[start % TAKEN_FOR.length] ?? 'the';
      return first === said ? (TAKEN_FOR[(start + 1) % TAKEN_FOR.length] ?? 'and') : first;
    },
  };
}
