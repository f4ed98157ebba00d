// Playing as arithmetic: when each chunk sounds, decided when it arrives.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import type { HeardPiece } from './client.ts';
import { StockPlayer } from './stock-player.ts';

type Arrival = { readonly at: number; readonly samples: number };

/** What sounds when chunks arrive at these times, µs, at a player of `rate`. */
async function play(rate: number, ...arrivals: readonly Arrival[]): Promise<HeardPiece[]> {
  const kernel = new Kernel();
  const pieces: HeardPiece[] = [];
  const player = new StockPlayer(kernel, rate, (piece) => {
    expect(piece.arrivedUs, 'it is certain at once when a chunk sounds').toBe(kernel.now());
    pieces.push(piece);
  });
  for (const { at, samples } of arrivals) {
    kernel.after(at, () => player.arrived(new Uint8Array(2 * samples)), undefined);
  }
  await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
  return pieces;
}

const times = (pieces: readonly HeardPiece[]) => pieces.map(({ startUs, continues }) => [startUs, continues]);

test('a chunk sounds at once when nothing is queued, and behind the one before otherwise', async () => {
  const pieces = await play(
    24_000,
    { at: 1_000, samples: 240 },
    { at: 5_000, samples: 240 },
    { at: 21_000, samples: 240 },
  );
  // The third arrives just when the second ends: nothing is left of it, and there is no gap.
  expect(times(pieces)).toEqual([
    [1_000, false],
    [11_000, true],
    [21_000, true],
  ]);
});

test('a chunk that arrives just when the last ends makes no gap; a microsecond later it does', async () => {
  const pieces = await play(
    24_000,
    { at: 0, samples: 240 },
    { at: 10_000, samples: 240 },
    { at: 20_001, samples: 240 },
  );
  expect(times(pieces)).toEqual([
    [0, false],
    [10_000, true],
    [20_001, false],
  ]);
});

test('nothing can be taken back, and everything sounds as it was sent', async () => {
  const kernel = new Kernel();
  const pieces: HeardPiece[] = [];
  const player = new StockPlayer(kernel, 24_000, (piece) => pieces.push(piece));
  const chunks = [1, 2, 3].map((mark) => new Uint8Array(480).fill(mark));
  for (const chunk of chunks) player.arrived(chunk);
  player.clear();
  player.arrived(new Uint8Array(480).fill(4));
  expect(pieces.map(({ pcm }) => pcm[0])).toEqual([1, 2, 3, 4]);
  expect(times(pieces).at(-1)).toEqual([30_000, true]);
  expect(pieces.every(({ damagedSamples, addedSamples }) => damagedSamples === 0 && addedSamples === 0)).toBe(
    true,
  );
});

test('no two chunks overlap, none is early, and nothing waits for silence', async () => {
  const arrival = fc.record({ waitUs: fc.nat(40_000), samples: fc.integer({ min: 1, max: 2_000 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(arrival),
      fc.constantFrom(8_000, 16_000, 24_000, 44_100),
      async (arrivals, rate) => {
        let now = 0;
        const planned = arrivals.map(({ waitUs, samples }) => {
          now += waitUs;
          return { at: now, samples };
        });
        const pieces = await play(rate, ...planned);
        let freeUs = -1;
        for (const [index, { at, samples }] of planned.entries()) {
          expect(pieces[index]?.startUs).toBe(Math.max(at, freeUs));
          expect(pieces[index]?.continues).toBe(at <= freeUs);
          freeUs = Math.max(at, freeUs) + Math.round((samples * 1_000_000) / rate);
        }
      },
    ),
  );
});
