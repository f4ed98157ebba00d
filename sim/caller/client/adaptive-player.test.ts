// Our own client's player: it waits with the beginning of a reply for as long as the network has shown
// to need, forgets that slowly, and falls silent when the agent was interrupted.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import { lateClock } from '../late-clock.test-support.ts';
import { AdaptivePlayer } from './adaptive-player.ts';
import type { HeardPiece } from './client.ts';

const RATE = 24_000;
/** 20 ms. */
const CHUNK = 480;

type Piece = HeardPiece & { readonly mark: number };

/** A player and the chunks that will reach it; every chunk has a number as its content. */
class Stage {
  readonly kernel = new Kernel();
  readonly pieces: Piece[] = [];
  /** What each clear dropped, ms. */
  readonly droppedMs: number[] = [];
  readonly player: AdaptivePlayer;
  #mark = 0;

  /** `lateUs`: by how much its timers are late. */
  constructor(lateUs = 0) {
    this.player = new AdaptivePlayer(lateClock(this.kernel, lateUs), RATE, (piece) => {
      const toldUs = this.kernel.now() - piece.startUs;
      expect(toldUs, 'a piece is told when it begins to sound').toBeGreaterThanOrEqual(0);
      expect(toldUs).toBeLessThanOrEqual(lateUs);
      const { pcm } = piece;
      this.pieces.push({ ...piece, mark: (pcm[0] ?? 0) + 256 * (pcm[1] ?? 0) });
    });
  }

  arrives(atMs: number, samples = CHUNK): this {
    const pcm = new Int16Array(samples).fill(this.#mark++);
    this.kernel.after(atMs * 1_000, () => this.player.arrived(new Uint8Array(pcm.buffer)), undefined);
    return this;
  }

  /** A second of chunks in time from `atMs` on; from the tenth on they are `lateMs` late. */
  reply(atMs: number, lateMs = 0): this {
    for (let n = 0; n < 50; n += 1) this.arrives(atMs + 20 * n + (n < 10 ? 0 : lateMs));
    return this;
  }

  clears(atMs: number): this {
    this.kernel.after(atMs * 1_000, () => this.droppedMs.push(this.player.clear() / 1_000), undefined);
    return this;
  }

  async plays(): Promise<this> {
    await this.kernel.run({ untilUs: 600_000_000, stopWhen: () => false });
    return this;
  }

  /** How long each beginning after silence was held back, ms. */
  get holdsMs(): number[] {
    return this.pieces.flatMap(({ continues, startUs, arrivedUs }) =>
      continues ? [] : [(startUs - arrivedUs) / 1_000],
    );
  }
}

describe('the beginning of a reply', () => {
  test('is not held back while nothing is known of the network', async () => {
    const { pieces, holdsMs } = await new Stage().reply(100).plays();
    expect(holdsMs).toEqual([0]);
    expect(pieces.map(({ mark }) => mark)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(pieces.map(({ startUs }) => startUs)).toEqual(pieces.map((_, n) => 100_000 + 20_000 * n));
  });

  test('waits, after a reply that ran dry, for as long as that was late and 20 ms more', async () => {
    const { holdsMs } = await new Stage().reply(0, 60).reply(5_000, 60).plays();
    // At once; in the same reply behind the gap; and the next one, a quarter of the surplus less, has none.
    expect(holdsMs).toEqual([0, 80, 80 - (80 - 20) / 4]);
  });

  test('waits also when every single chunk comes late', async () => {
    const stage = new Stage();
    for (let n = 0; n < 20; n += 1) stage.arrives(50 * n);
    const { holdsMs } = await stage.plays();
    expect(holdsMs[1], 'the second is 30 ms late, and nothing was ever queued').toBe(50);
    expect(holdsMs.length, 'there are fewer gaps than chunks').toBeLessThan(10);
  });

  test('waits never longer than 400 ms', async () => {
    const stage = new Stage();
    for (let n = 0; n < 10; n += 1) stage.reply(5_000 * n, 390 + 500 * n);
    const { holdsMs } = await stage.plays();
    expect(Math.max(...holdsMs)).toBe(400);
  });

  test('is held back less and less on a network that has become good, by a quarter at most', async () => {
    const stage = new Stage().reply(0, 280);
    for (let n = 1; n <= 20; n += 1) stage.reply(5_000 * n);
    const [first, ...held] = (await stage.plays()).holdsMs;
    expect([first, held[0], held[1]]).toEqual([0, 300, 300 - (300 - 20) / 4]);
    for (let n = 1; n < held.length; n += 1) {
      const before = held[n - 1] ?? 0;
      expect(held[n]).toBeLessThan(before);
      expect(held[n]).toBeGreaterThanOrEqual(0.75 * before);
    }
    expect(held.at(-1)).toBeLessThan(25);
  });
});

describe('clearing', () => {
  test('drops all that has not begun to sound, and lets the rest of the present chunk sound', async () => {
    const stage = new Stage();
    for (let n = 0; n < 10; n += 1) stage.arrives(0);
    const { pieces } = await stage.clears(50).arrives(55).plays();
    expect(pieces.map(({ mark, startUs, continues }) => [mark, startUs, continues])).toEqual([
      [0, 0, false],
      [1, 20_000, true],
      [2, 40_000, true],
      [10, 60_000, true],
    ]);
  });

  test('says how much it dropped: what was sent less that is what was heard', async () => {
    const stage = new Stage();
    for (let n = 0; n < 10; n += 1) stage.arrives(0);
    const { pieces, droppedMs } = await stage.clears(50).clears(55).plays();
    expect(droppedMs).toEqual([200 - 20 * pieces.length, 0]);
  });

  test.each([1_000, 9_000, 19_000])('with timers %i µs late drops the same as without', async (lateUs) => {
    for (const clearMs of [5, 50, 61, 79]) {
      const stories = [new Stage(), new Stage(lateUs)];
      for (const stage of stories) {
        for (let n = 0; n < 10; n += 1) stage.arrives(0);
        await stage.clears(clearMs).arrives(120).plays();
      }
      const [punctual, late] = stories.map(({ pieces, droppedMs }) => ({
        droppedMs,
        pieces: pieces.map(({ mark, startUs, continues }) => ({ mark, startUs, continues })),
      }));
      expect(late).toEqual(punctual);
    }
  });

  test('drops a beginning that is still held back', async () => {
    const { pieces } = await new Stage().reply(0, 60).arrives(5_000).arrives(5_000).clears(5_040).plays();
    expect(pieces.every(({ mark }) => mark < 50)).toBe(true);
  });

  test('is not taken for a gap: the next reply waits no longer for it', async () => {
    const stage = new Stage().reply(0).clears(1_010).reply(1_200);
    expect((await stage.plays()).holdsMs).toEqual([0, 0]);
  });

  test('with nothing queued changes nothing', async () => {
    const { holdsMs } = await new Stage().clears(0).reply(100, 60).clears(4_000).reply(5_000, 60).plays();
    expect(holdsMs).toEqual([0, 80, 80]);
  });
});

test('whatever comes, no two pieces overlap, their order is kept, and cleared ones never sound', async () => {
  const step = fc.record({
    waitMs: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 1_000 })),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const stage = new Stage();
      const arrivals: number[] = [];
      const clears: number[] = [];
      let now = 0;
      for (const { waitMs, what } of steps) {
        now += waitMs;
        if (what === 'clear') {
          stage.clears(now);
          clears.push(now * 1_000);
        } else {
          stage.arrives(now, what + 1);
          arrivals.push(now * 1_000);
        }
      }
      const { pieces } = await stage.plays();
      let freeUs = -1;
      let last = -1;
      for (const { mark, pcm, startUs, arrivedUs, continues } of pieces) {
        expect(mark).toBeGreaterThan(last);
        expect(arrivedUs).toBe(arrivals[mark]);
        expect(startUs).toBeGreaterThanOrEqual(Math.max(arrivedUs, freeUs));
        if (continues) expect(startUs).toBe(freeUs);
        expect(
          clears.some((at) => arrivedUs < at && at < startUs),
          `${mark} was cleared`,
        ).toBe(false);
        freeUs = startUs + Math.round(((pcm.length >> 1) * 1_000_000) / RATE);
        last = mark;
      }
      if (clears.length === 0) expect(pieces).toHaveLength(arrivals.length);
    }),
    { numRuns: 200 },
  );
});
