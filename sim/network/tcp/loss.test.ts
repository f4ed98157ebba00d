import { describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

/** Loses the data packets of these numbers, each once. */
const losing = (rig: Rig, ...numbers: readonly number[]): void => {
  let data = -1;
  rig.up.lose = () => {
    data += 1;
    return numbers.includes(data);
  };
};

/** What is sent between the beats of a stream of one frame every 20 ms: retransmissions. */
const offbeat = (rig: Rig): Rig['up']['data'] => rig.up.data.filter(({ atMs }) => atMs % 20 !== 0);

describe('a lost frame in a stream', () => {
  it('is sent again a quarter of the round trip after the next one was reported', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 40);
    losing(rig, 20);
    await rig.run(3_000);
    const [again] = offbeat(rig);
    // Sent at 400 ms; the next frame's report is back at 520; patience is 25 ms, 5 of them left, and the
    // kernel's timer is 2 ms and a tick or two late.
    expect(again?.atMs).toBeGreaterThanOrEqual(527);
    expect(again?.atMs).toBeLessThanOrEqual(536);
    expect(rig.delays('up')[20]).toBeCloseTo((again?.atMs ?? 0) + 50 - 400);
    expect(rig.connection.up.counters).toMatchObject({ retransmissions: 1, timeouts: 0, holStalls: 1 });
  });

  it('holds back those behind it, which arrive with it', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 40);
    losing(rig, 20);
    await rig.run(3_000);
    const together = rig.heard.filter(({ heardMs }) => heardMs === rig.heard[20]?.heardMs);
    expect(together.map(({ saidMs }) => saidMs)).toEqual([400, 420, 440, 460, 480, 500, 520]);
  });

  it('is believed lost at once when three later ones were reported', async () => {
    const rig = new Rig(50);
    // Four frames within a millisecond: all reports come back together.
    rig.stream('up', 0, 10);
    rig.stream('up', 400, 4, 0.1);
    losing(rig, 10);
    await rig.run(3_000);
    expect(rig.up.data[14]?.atMs).toBeCloseTo(500.3, 1);
  });

  it('goes out together with its lost neighbour, two frames in one packet', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 40);
    losing(rig, 20, 21);
    await rig.run(3_000);
    // The first is given up when the report of the third frame is back; its neighbour goes with it.
    expect(rig.up.data.find(({ bytes }) => bytes === 2 * 648 + 52)?.atMs).toBe(540);
    expect(rig.connection.up.counters.retransmissions).toBe(1);
  });
});

describe('a tail that is lost', () => {
  it('is probed after two round trips', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 12);
    losing(rig, 11);
    await rig.run(3_000);
    const probe = rig.up.data[12];
    expect(rig.connection.up.counters).toMatchObject({ probes: 1, timeouts: 0 });
    // Alone it may only be waiting for company: 200 ms more, but no later than the timeout.
    expect(probe?.atMs).toBeGreaterThanOrEqual(220 + 300);
    expect(probe?.atMs).toBeLessThanOrEqual(220 + 400);
    expect(rig.heard).toHaveLength(12);
  });

  it('is probed sooner when more than one segment is out', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 12);
    losing(rig, 10, 11);
    await rig.run(3_000);
    // Two round trips after the last acknowledgement, which is back at 280 ms.
    expect(rig.up.data[12]?.atMs).toBeGreaterThanOrEqual(280 + 202);
    expect(rig.up.data[12]?.atMs).toBeLessThanOrEqual(280 + 212);
  });
});

describe('a path that is cut off', () => {
  it('is tried after a timeout, then at doubling intervals', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 10);
    rig.up.lose = (_index, atMs) => atMs >= 100;
    await rig.run(20_000);
    const tries = rig.up.data.map(({ atMs }) => atMs).filter((atMs) => atMs > 250);
    const gaps = tries.slice(1).map((atMs, index) => atMs - (tries[index] ?? 0));
    // The probe, then the timeout of 300 ms and its doubles, each up to an eighth late.
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(300 * 2 ** index);
      expect(gap).toBeLessThanOrEqual(310 * 2 ** index * 1.13 + 4);
    }
    expect(gaps.length).toBeGreaterThanOrEqual(5);
  });

  it('delivers everything once it is back', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 200);
    rig.stream('down', 5, 200);
    const cut = (_index: number, atMs: number): boolean => atMs >= 1_000 && atMs < 2_500;
    rig.up.lose = cut;
    rig.down.lose = cut;
    await rig.run(20_000);
    expect(rig.delays('up')).toHaveLength(200);
    expect(rig.delays('down')).toHaveLength(200);
    expect(Math.max(...rig.delays('up'))).toBeGreaterThan(1_500);
  });
});

describe('a path that only becomes slow', () => {
  it('costs a needless timeout, which is undone', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 300);
    rig.stream('down', 5, 300);
    // Everything sent within a second waits until its end.
    rig.up.delay = (atMs) => (atMs >= 2_000 && atMs < 3_000 ? 3_050 - atMs : 50);
    await rig.run(20_000);
    expect(rig.connection.up.counters.dropped).toBe(0);
    expect(rig.connection.up.counters.timeouts).toBeGreaterThanOrEqual(1);
    // The window is what it was: within a second every frame is on time again.
    const late = rig.heard.filter(({ side, saidMs, heardMs }) => side === 'up' && heardMs - saidMs > 51);
    expect(Math.max(...late.map(({ saidMs }) => saidMs))).toBeLessThan(3_300);
  });
});
