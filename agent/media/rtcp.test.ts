// Reports there and back, and bytes that are none.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRtcp, parseRtcp, type ReportBlock, writeReport } from './rtcp.ts';

const SENDER = { ssrc: 9, ntpSeconds: 12.5, rtpTimestamp: 600_000, packets: 625, bytes: 40_000 };
const BLOCK: ReportBlock = {
  ssrc: 5,
  lossShare: 0.25,
  lostPackets: 77,
  highestSequence: 70_000,
  jitter: 480,
  lastReport: 0x00018000,
  sinceLastReport: 6_554,
};

test('a report is read as it was written', () => {
  const bytes = writeReport(SENDER, BLOCK, 'parley');
  expect(bytes.length % 4).toBe(0);
  expect(isRtcp(bytes)).toBe(true);
  expect(parseRtcp(bytes)).toEqual({ ntpMiddle: 0x000c8000, blocks: [BLOCK] });
  expect(parseRtcp(writeReport(SENDER, undefined, 'x'))).toEqual({ ntpMiddle: 0x000c8000, blocks: [] });
});

test('audio is no report, and any bytes are read without a word', () => {
  expect(isRtcp(Uint8Array.of(0x80, 111))).toBe(false);
  const cut = fc
    .tuple(fc.nat(60), fc.uint8Array({ maxLength: 8 }))
    .map(([length, tail]) =>
      Uint8Array.from([...writeReport(SENDER, BLOCK, 'parley').subarray(0, length), ...tail]),
    );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), cut), (bytes) => {
      expect(parseRtcp(bytes).blocks.length).toBeLessThanOrEqual(31);
    }),
  );
});
