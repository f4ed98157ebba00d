import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instants, STAGES, stagesOf } from './stage.ts';

const gaps = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 11, maxLength: 11 });

/** How long after the request the turn was over. */
const held = fc.oneof(fc.constant(0), fc.nat(60_000_000));

/**
 * Eleven instants in order, the first one anywhere. The turn is over with the request, or so much later;
 * nothing arrives before it is.
 */
function instantsAfter(
  startUs: number,
  spans: readonly number[],
  arrivalKnown: boolean,
  heldUs = 0,
): Instants {
  let t = startUs;
  const next = () => {
    t += spans[order++] ?? 0;
    return t;
  };
  let order = 0;
  const heard = { mouthEndUs: next(), arrivedUs: next(), finalizeUs: next(), finalUs: next() };
  const requestUs = next();
  const committedUs = requestUs + heldUs;
  const voice = { tokenUs: next(), clauseUs: next(), voicedUs: next() };
  t = Math.max(t, committedUs);
  const packetInUs = arrivalKnown ? next() : undefined;
  return { ...heard, requestUs, committedUs, ...voice, packetInUs, earUs: next() };
}

const sum = (instants: Instants): number =>
  STAGES.reduce((total, name) => total + (stagesOf(instants)[name] ?? 0), 0);

test('the stages of an answer sum exactly to voice to voice, whatever the instants', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), gaps, fc.boolean(), held, (startUs, spans, arrivalKnown, heldUs) => {
      const instants = instantsAfter(startUs, spans, arrivalKnown, heldUs);
      expect(sum(instants)).toBe(instants.earUs - instants.mouthEndUs);
    }),
  );
});

test('instants in order give no negative stage', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), gaps, held, (startUs, spans, heldUs) => {
      const stages = Object.values(stagesOf(instantsAfter(startUs, spans, true, heldUs)));
      expect(stages.every((us) => us !== undefined && us >= 0)).toBe(true);
    }),
  );
});

describe('an answer begun before its turn was over', () => {
  const begun: Instants = {
    mouthEndUs: 0,
    arrivedUs: 50,
    finalizeUs: 80,
    finalUs: 280,
    requestUs: 280,
    committedUs: 400,
    tokenUs: 520,
    clauseUs: 540,
    voicedUs: 700,
    packetInUs: 720,
    earUs: 730,
  };

  test('pays nothing for an end of the turn that came while vendors were at work', () => {
    expect(stagesOf(begun)).toMatchObject({ endpoint: 30, stt: 200, llm: 240, clause: 20, tts: 160 });
  });

  test('pays the endpoint for a voice that was ready before it', () => {
    const waited = { ...begun, committedUs: 900, packetInUs: 920, earUs: 930 };
    expect(stagesOf(waited)).toMatchObject({ endpoint: 30 + 200, tts: 160, downlink: 20, playout: 10 });
    expect(sum(waited)).toBe(930);
  });

  test('pays the endpoint for text that was kept until then, and the voice after it', () => {
    const kept = { ...begun, committedUs: 600, clauseUs: 600, voicedUs: 760, packetInUs: 780, earUs: 790 };
    expect(stagesOf(kept)).toMatchObject({ endpoint: 30 + 80, llm: 240, clause: 0, tts: 160, downlink: 20 });
    expect(sum(kept)).toBe(790);
  });
});

test('a word that ends too quietly for the detector gives a negative uplink, and the sum still holds', () => {
  const instants = { ...instantsAfter(1_000_000, [0, 0, 1, 2, 3, 4, 5, 6, 7, 8], true), arrivedUs: 960_000 };
  expect(stagesOf(instants).uplink).toBe(-40_000);
  expect(sum(instants)).toBe(instants.earUs - instants.mouthEndUs);
});
