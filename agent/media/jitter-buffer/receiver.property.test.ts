// What holds of the receiver whatever the network does to it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MediaPacket } from './packet-store.ts';
import { GRAIN, type Piece } from './piece.ts';
import { JitterBuffer } from './receiver.ts';
import { M90, M106, M110, TICK_SAMPLES } from './setting.ts';
import { changeMax, type Stretch } from './stretch.ts';

type Step = { readonly packets: readonly MediaPacket<number>[] };

/** Any packets at any time: late, early, twice, from another stream, of odd lengths, or noise. */
const packet: fc.Arbitrary<MediaPacket<number>> = fc.record({
  time: fc.oneof(
    { weight: 8, arbitrary: fc.nat(60).map((frame) => frame * 960) },
    { weight: 1, arbitrary: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }) },
  ),
  samples: fc.constantFrom(960, 960, 960, 480, 2_880, 120, GRAIN),
  payload: fc.nat(),
  kind: fc.constantFrom('speech', 'speech', 'speech', 'noise'),
  level: fc.constantFrom(0, 0, 0, 1, 2),
});
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ packets: fc.array(packet, { maxLength: 3 }) }),
  { maxLength: 150 },
);
const settings = fc.constantFrom(M106, M110, M90, { ...M106, packetsMax: 4 });

/** Stretches whenever it may, by lengths that vary. */
const eager = (): Stretch<number> => {
  let calls = 0;
  return {
    change: (_kind, _pieces, samples) => {
      calls += 1;
      return Math.min(changeMax(samples), GRAIN * (calls % 20));
    },
    meet: (owed) => owed,
  };
};

const play = (given: readonly Step[], chosen: typeof M106) => {
  const buffer = new JitterBuffer<number>(chosen, eager());
  const ticks: (readonly Piece<number>[])[] = [];
  for (const { packets } of given) {
    for (const each of packets) buffer.receive(each);
    ticks.push(buffer.tick());
  }
  return { buffer, ticks };
};

test('every tick is exactly 10 ms, whatever arrives', () => {
  fc.assert(
    fc.property(steps, settings, (given, chosen) => {
      for (const pieces of play(given, chosen).ticks) {
        expect(pieces.reduce((sum, { samples }) => sum + samples, 0)).toBe(TICK_SAMPLES);
        for (const { samples } of pieces) expect(samples).toBeGreaterThan(0);
      }
    }),
  );
});

test('decoded, concealed, noise and what time-scaling added or took make the output, to the sample', () => {
  fc.assert(
    fc.property(steps, settings, (given, chosen) => {
      const { buffer } = play(given, chosen);
      const counted = buffer.statistics;
      const made =
        counted.decodedSamples +
        counted.concealedSamples +
        counted.noiseSamples +
        counted.idleSamples +
        counted.insertedSamplesForDeceleration -
        counted.removedSamplesForAcceleration;
      expect(made).toBe(counted.totalSamplesReceived + buffer.queued);
    }),
  );
});

test('the same packets give the same pieces', () => {
  fc.assert(
    fc.property(steps, settings, (given, chosen) => {
      expect(play(given, chosen).ticks).toEqual(play(given, chosen).ticks);
    }),
    { numRuns: 30 },
  );
});

test('the target never exceeds its bound nor three quarters of the buffer', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 20, max: 300 }), (given, most) => {
      expect(play(given, { ...M106, delayMsMax: most }).buffer.targetMs).toBeLessThanOrEqual(most);
      expect(play(given, { ...M106, packetsMax: 4 }).buffer.targetMs).toBeLessThanOrEqual(0.75 * 4 * 60 + 20);
    }),
  );
});

test('a stream that comes in order on time is played whole, once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 80 }), fc.integer({ min: 0, max: 19 }), (frames, phase) => {
      const given = Array.from({ length: 2 * frames }, (_, tick) => {
        const due = tick % 2 === phase % 2 ? [Math.floor(tick / 2)] : [];
        const packets = due.map((frame) => {
          return { time: frame * 960, samples: 960, payload: frame, kind: 'speech', level: 0 } as const;
        });
        return { packets };
      });
      const { buffer } = play(given, { ...M106, startDelayMs: 20 });
      expect(buffer.statistics.concealmentEvents).toBe(0);
      expect(buffer.statistics.packetsDiscarded).toBe(0);
    }),
  );
});
