// Playing as arithmetic: when each chunk sounds, decided when it arrives.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Player } from './player.ts';

test('a chunk sounds at once when nothing is queued, and behind the one before otherwise', () => {
  const player = new Player(24_000);
  expect(player.queue(1_000, 240)).toEqual({ startUs: 1_000, wasDry: true });
  expect(player.queue(5_000, 240)).toEqual({ startUs: 11_000, wasDry: false });
  expect(player.dryAtUs).toBe(21_000);
});

test('a chunk that arrives just when the last one ends makes no gap; a microsecond later it does', () => {
  const player = new Player(24_000);
  player.queue(0, 240);
  expect(player.queue(10_000, 240)).toEqual({ startUs: 10_000, wasDry: false });
  expect(player.queue(20_001, 240)).toEqual({ startUs: 20_001, wasDry: true });
});

test('no two chunks overlap, none is early, and nothing waits for silence', () => {
  const arrival = fc.record({ waitUs: fc.nat(40_000), samples: fc.integer({ min: 1, max: 2_000 }) });
  fc.assert(
    fc.property(fc.array(arrival), fc.constantFrom(8_000, 16_000, 24_000, 44_100), (arrivals, rate) => {
      const player = new Player(rate);
      let now = 0;
      let freeUs = -1;
      for (const { waitUs, samples } of arrivals) {
        now += waitUs;
        const { startUs, wasDry } = player.queue(now, samples);
        expect(startUs).toBe(Math.max(now, freeUs));
        expect(wasDry).toBe(now > freeUs);
        freeUs = startUs + Math.round((samples * 1_000_000) / rate);
      }
    }),
  );
});
