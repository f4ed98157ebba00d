import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instants, STAGES, stagesOf } from './stage.ts';

const gaps = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 10, maxLength: 10 });

/** Ten instants in order, the first one anywhere. */
function instantsAfter(startUs: number, spans: readonly number[], arrivalKnown: boolean): Instants {
  let t = startUs;
  const next = () => {
    t += spans[order++] ?? 0;
    return t;
  };
  let order = 0;
  return {
    mouthEndUs: next(),
    arrivedUs: next(),
    finalizeUs: next(),
    finalUs: next(),
    committedUs: next(),
    tokenUs: next(),
    clauseUs: next(),
    voicedUs: next(),
    packetInUs: arrivalKnown ? next() : undefined,
    earUs: next(),
  };
}

const sum = (instants: Instants): number =>
  STAGES.reduce((total, name) => total + (stagesOf(instants)[name] ?? 0), 0);

test('the stages of an answer sum exactly to voice to voice, whatever the instants', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), gaps, fc.boolean(), (startUs, spans, arrivalKnown) => {
      const instants = instantsAfter(startUs, spans, arrivalKnown);
      expect(sum(instants)).toBe(instants.earUs - instants.mouthEndUs);
    }),
  );
});

test('instants in order give no negative stage', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), gaps, (startUs, spans) => {
      const stages = Object.values(stagesOf(instantsAfter(startUs, spans, true)));
      expect(stages.every((us) => us !== undefined && us >= 0)).toBe(true);
    }),
  );
});

test('a word that ends too quietly for the detector gives a negative uplink, and the sum still holds', () => {
  const instants = { ...instantsAfter(1_000_000, [0, 0, 1, 2, 3, 4, 5, 6, 7, 8], true), arrivedUs: 960_000 };
  expect(stagesOf(instants).uplink).toBe(-40_000);
  expect(sum(instants)).toBe(instants.earUs - instants.mouthEndUs);
});
