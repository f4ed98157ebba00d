import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PacketPool } from './packet.ts';
import { Reassembly } from './reassembly.ts';

/** The blocks that would leave now: [start, end) each; a report of a duplicate first. */
function blocks(reassembly: Reassembly): { sack: number[][]; dsack: number[] } {
  const packet = new PacketPool().take();
  reassembly.describe(packet);
  const sack: number[][] = [];
  for (let block = 0; block < packet.sackCount; block += 1) {
    sack.push([packet.sack[2 * block] ?? -1, packet.sack[2 * block + 1] ?? -1]);
  }
  return { sack, dsack: packet.dsackEnd > 0 ? [packet.dsackStart, packet.dsackEnd] : [] };
}

describe('putting segments in order', () => {
  it('reports what waits behind gaps, the latest change first, three at most', () => {
    const reassembly = new Reassembly();
    expect(reassembly.accept(0, 10)).toBe('order');
    for (const start of [20, 40, 60, 80]) expect(reassembly.accept(start, start + 10)).toBe('gap');
    expect(reassembly.accept(30, 40)).toBe('gap');
    expect(blocks(reassembly).sack).toEqual([
      [20, 50],
      [80, 90],
      [60, 70],
    ]);
  });

  it('says when a gap closes and when others remain', () => {
    const reassembly = new Reassembly();
    reassembly.accept(10, 20);
    reassembly.accept(30, 40);
    expect(reassembly.accept(0, 10)).toBe('hole');
    expect(reassembly.next).toBe(20);
    expect(reassembly.accept(20, 30)).toBe('filled');
    expect(reassembly.next).toBe(40);
    expect(blocks(reassembly).sack).toEqual([]);
  });

  it('reports a duplicate once', () => {
    const reassembly = new Reassembly();
    reassembly.accept(0, 10);
    expect(reassembly.accept(0, 10)).toBe('duplicate');
    expect(blocks(reassembly).dsack).toEqual([0, 10]);
    expect(blocks(reassembly).dsack).toEqual([]);
  });

  it('agrees with a list of bytes, whatever arrives in whatever order', () => {
    const segment = tuple(integer({ min: 0, max: 60 }), integer({ min: 1, max: 20 }));
    assert(
      property(array(segment, { maxLength: 40 }), (segments) => {
        const reassembly = new Reassembly();
        const got = new Set<number>();
        for (const [start, length] of segments) {
          for (let at = start; at < start + length; at += 1) got.add(at);
          reassembly.accept(start, start + length);
          let next = 0;
          while (got.has(next)) next += 1;
          expect(reassembly.next).toBe(next);
          expect(reassembly.hasGap).toBe([...got].some((at) => at > next));
          for (const [from = 0, to = 0] of blocks(reassembly).sack) {
            expect(from).toBeGreaterThan(next);
            for (let at = from; at < to; at += 1) expect(got.has(at)).toBe(true);
          }
        }
      }),
      { seed: 11 },
    );
  });
});
