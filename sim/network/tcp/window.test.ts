import { describe, expect, it } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '../impaired-link.ts';
import type { CongestionName } from './congestion.ts';
import { TcpConnection } from './connection.ts';
import { Cubic } from './cubic.ts';
import { Reno } from './reno.ts';
import { Rig } from './rig.ts';
import { type Use, Window } from './window.ts';

const use = (packetsOut: number, nxt: number): Use => ({
  packetsOut,
  una: 0,
  nxt,
  rtoUs: 300_000,
  calm: true,
});

/** Acknowledges `perRound` segments every 100 ms while the window is the limit; the window after each. */
function grow(control: Cubic | Reno, window: Window, rounds: number): number[] {
  const sizes: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (let index = window.cwnd; index > 0; index -= 1) control.rise(window, 1, round * 100_000);
    sizes.push(window.cwnd);
  }
  return sizes;
}

describe('after a loss', () => {
  it('CUBIC falls to seven tenths, waits near where it fell from, and then explores', () => {
    const cubic = new Cubic();
    const window = new Window();
    window.cwnd = 100;
    window.ssthresh = cubic.fall(100);
    window.cwnd = window.ssthresh;
    expect(window.cwnd).toBe(70);
    const sizes = grow(cubic, window, 80);
    // K = ∛(30/0.4) = 4.2 s: there the curve is flat at 100.
    expect(sizes[41]).toBeGreaterThanOrEqual(97);
    expect(sizes[41]).toBeLessThanOrEqual(101);
    const [plateau = 0, later = 0, last = 0] = [sizes[45], sizes[60], sizes[79]];
    expect(plateau).toBeLessThanOrEqual(102);
    expect(last - later).toBeGreaterThan(later - plateau);
  });

  it('CUBIC is never slower than its friendly bound while the window is small', () => {
    const cubic = new Cubic();
    const window = new Window();
    window.ssthresh = cubic.fall(5);
    window.cwnd = window.ssthresh;
    // Half a segment per round trip is what α = 3(1−β)/(1+β) allows.
    const [first = 0] = grow(cubic, window, 10).slice(-1);
    expect(first).toBeGreaterThanOrEqual(3 + 3);
  });

  it('a second fall in a row leaves room for others', () => {
    const cubic = new Cubic();
    cubic.fall(100);
    const window = new Window();
    window.ssthresh = cubic.fall(80);
    window.cwnd = window.ssthresh;
    // It aims at 80·(1+β)/2 = 68 and not at 80.
    const sizes = grow(cubic, window, 24);
    expect(sizes.at(-1)).toBeLessThan(72);
  });

  it('Reno halves and adds one a round trip', () => {
    const reno = new Reno();
    const window = new Window();
    window.ssthresh = reno.fall(20);
    window.cwnd = window.ssthresh;
    expect(grow(reno, window, 5)).toEqual([11, 12, 13, 14, 15]);
  });
});

describe('a window that is not used', () => {
  it('does not grow', async () => {
    const rig = new Rig(20);
    rig.stream('up', 0, 500);
    await rig.run(10_020);
    // Two frames in flight never fill ten: a burst afterwards leaves in tens.
    rig.say('up', 10_040, 60_000);
    await rig.run(10_060);
    expect(rig.up.seen.filter(({ atMs }) => atMs === 10_040)).toHaveLength(10);
  });

  it('shrinks towards what is used, once nothing has moved it for a timeout', () => {
    const window = new Window();
    window.cwnd = 40;
    window.ssthresh = 30;
    window.validate(false, use(4, 1_000), 0);
    window.validate(false, use(4, 2_000), 299_000);
    expect(window.cwnd).toBe(40);
    window.validate(false, use(4, 3_000), 301_000);
    expect(window.cwnd).toBe(25);
    expect(window.ssthresh).toBe(30);
  });

  it('starts again at ten after a pause: a talk-spurt pays for it with round trips', async () => {
    const rig = new Rig(50);
    rig.say('up', 0, 200_000);
    rig.say('up', 5_000, 60_000);
    await rig.run(9_000);
    const first = rig.up.seen.filter(({ atMs }) => atMs === 5_000);
    expect(first).toHaveLength(10);
    // 42 segments at 10, 20, … a round trip: the last leave two round trips after the first.
    expect(rig.delays('up')[1]).toBe(50 + 2 * 100);
  });

  it('halves once per timeout of silence', () => {
    const window = new Window();
    window.cwnd = 80;
    window.restart(700_000, 300_000, 0);
    expect(window.cwnd).toBe(20);
    window.cwnd = 8;
    window.restart(9_000_000, 300_000, 0);
    expect(window.cwnd).toBe(8);
  });
});

/** The 95th percentile of delay of frames both ways for a minute, RTT 100 ms, one packet in twenty lost. */
async function delayed(congestion: CongestionName): Promise<number> {
  const kernel = new Kernel();
  const link = (name: string): ImpairedLink =>
    new ImpairedLink({ delayMs: 50, loss: { kind: 'iid', share: 0.05 } }, { seed: 4, name });
  const links = { up: link('up'), down: link('down') };
  const { up, down } = new TcpConnection(kernel, links, { established: true, congestion });
  const delays: number[] = [];
  const hear = (saidUs: number): void => {
    delays.push((kernel.now() - saidUs) / 1_000);
  };
  const speak = (stream: typeof up): void => {
    stream.write(648, hear, kernel.now());
    kernel.after(20_000, speak, stream);
  };
  kernel.after(0, speak, up);
  kernel.after(7_000, speak, down);
  await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
  return delays.sort((one, other) => one - other)[Math.floor(0.95 * delays.length)] ?? 0;
}

describe('on a path that loses at random', () => {
  it('BBR, which takes no loss for a sign of congestion, is far ahead of CUBIC', async () => {
    const [cubic, bbr] = [await delayed('cubic'), await delayed('bbr')];
    expect(cubic).toBeGreaterThan(200);
    expect(bbr).toBeLessThan(0.8 * cubic);
  });
});
