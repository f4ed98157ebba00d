import { describe, expect, it } from 'vitest';
import { AckPolicy } from './ack.ts';
import { Rig } from './rig.ts';

const RTO_US = 300_000;

/** Segments of `bytes` every 20 ms, each answered as the policy says; how many were answered at once. */
function answeredAtOnce(policy: AckPolicy, count: number, bytes: number): number {
  let atOnce = 0;
  for (let index = 0; index < count; index += 1) {
    policy.received(index * 20_000, bytes, false, RTO_US);
    if (policy.verdict((index + 1) * bytes, false) !== 'now') break;
    policy.sent((index + 1) * bytes);
    atOnce += 1;
  }
  return atOnce;
}

describe('when to acknowledge', () => {
  it('at once for the first sixteen segments, then not before company', () => {
    const policy = new AckPolicy();
    expect(answeredAtOnce(policy, 100, 1_448)).toBe(16);
    expect(policy.verdict(17 * 1_448, false)).toBe('later');
    expect(policy.delayUs(100_000)).toBe(40_000);
    policy.received(17 * 20_000, 1_448, false, RTO_US);
    expect(policy.verdict(18 * 1_448, false)).toBe('now');
  });

  it('not at once for those, where data goes back anyway', () => {
    const policy = new AckPolicy();
    policy.received(0, 648, true, RTO_US);
    policy.sent(648);
    policy.dataSent(5_000);
    policy.received(20_000, 648, true, RTO_US);
    expect(policy.verdict(2 * 648, false)).toBe('later');
  });

  it('at once behind a gap, when the gap closes, and for what arrives twice', () => {
    const gap = new AckPolicy();
    gap.outOfOrder();
    expect(gap.verdict(0, true)).toBe('now');
    const filled = new AckPolicy();
    filled.dataSent(0);
    filled.filled();
    filled.received(0, 648, true, RTO_US);
    expect(filled.verdict(648, false)).toBe('now');
    const twice = new AckPolicy();
    twice.duplicated();
    expect(twice.verdict(0, false)).toBe('now');
  });

  it('as soon as a mere listener has read a write', () => {
    const policy = new AckPolicy();
    policy.received(0, 648, true, RTO_US);
    expect(policy.readUp(648)).toBe(true);
    policy.sent(648);
    expect(policy.readUp(648)).toBe(false);
  });
});

describe('on the wire', () => {
  it('a listener answers every frame of a one-way stream', async () => {
    const rig = new Rig(50);
    rig.stream('up', 0, 100);
    await rig.run(4_000);
    expect(rig.down.seen).toHaveLength(100);
  });

  it('a talker who falls silent answers the last frame 40 to 44 ms late', async () => {
    const rig = new Rig(50);
    // Their last frame arrives at 1030 ms, five after we said our last.
    rig.stream('up', 0, 50);
    rig.stream('down', 5, 52);
    await rig.run(4_000);
    const answer = rig.down.seen.find(({ atMs }) => atMs > 1_025);
    expect(answer?.bytes).toBe(52);
    expect(answer?.atMs).toBeGreaterThanOrEqual(1_030 + 40);
    expect(answer?.atMs).toBeLessThanOrEqual(1_030 + 44);
  });
});
