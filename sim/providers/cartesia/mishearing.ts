// What a recogniser takes a word for when it is wrong. The choice is keyed by turn and count, so the
// same call mishears the same words again; a word is never taken for itself.
import { hashText } from '#sim/kernel/random.ts';
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
    slips() {
      const rate = draws.value('stt.substitution_rate');
      return rate > 0 && world.chance.uniform(world.turn(), 'stt.slip') < rate;
    },
    substitute(word) {
      const said = spokenForm(word);
      const draw = world.chance.uniform(world.turn(), 'stt.substitute');
      const start = Math.floor(draw * TAKEN_FOR.length) + (hashText(0, said) & 0xff);
      const first = TAKEN_FOR[start % TAKEN_FOR.length] ?? 'the';
      return first === said ? (TAKEN_FOR[(start + 1) % TAKEN_FOR.length] ?? 'and') : first;
    },
  };
}
