import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRtp, writeRtp } from './rtp.ts';

const payload = Uint8Array.of(0x78, 1, 2, 3);
const packet = {
  payloadType: 111,
  marker: true,
  sequence: 65_535,
  timestamp: 4_294_967_295,
  ssrc: 7,
  payload,
};

test('a packet comes back as it was written', () => {
  expect(parseRtp(writeRtp(packet))).toEqual({ ok: true, packet });
});

test('sources, extensions and padding are passed over', () => {
  const plain = writeRtp(packet);
  const extension = [0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0];
  const bytes = Uint8Array.from([...plain.subarray(0, 12), ...extension, ...payload, 0, 0, 3]);
  bytes[0] = 0x80 | 0x20 | 0x10 | 1;
  const parsed = parseRtp(bytes);
  expect(parsed.ok && [...parsed.packet.payload]).toEqual([...payload]);
});

test('what is cut off or of another version is refused with a reason', () => {
  const bytes = writeRtp(packet);
  expect(parseRtp(bytes.subarray(0, 11))).toEqual({ ok: false, reason: 'shorter than a header' });
  expect(parseRtp(Uint8Array.from([0x40, ...bytes.subarray(1)]))).toEqual({ ok: false, reason: 'version 1' });
  const cut = Uint8Array.from([0x90, ...bytes.subarray(1, 14)]);
  expect(parseRtp(cut)).toEqual({ ok: false, reason: 'extension is cut off' });
});

test('arbitrary bytes never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const parsed = parseRtp(bytes);
      if (parsed.ok) expect(parsed.packet.payload.length).toBeLessThanOrEqual(bytes.length - 12);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 64 }), (bytes) => {
      bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
      parseRtp(bytes);
    }),
  );
});
