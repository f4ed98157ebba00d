// The codec against the bytes of the stock serializer, and against every input that is not a frame.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeAudio, encodeFrame, encodeMessage, type WireFrame } from './wire.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16));
const hexOf = (data: Uint8Array): string =>
  Buffer.from(data)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');

const AUDIO = '12 12 12 05 61 75 64 69 6f 1a 04 01 00 02 00 20 80 7d 28 01';
const MESSAGE = '22 09 0a 07 7b 22 61 22 3a 31 7d';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u32 = fc.nat({ max: 0xffff_ffff });
const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const anyFrame: fc.Arbitrary<WireFrame> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), id: u64, name: text, text }),
  fc.record({
    kind: fc.constant('audio' as const),
    id: u64,
    name: fc.oneof(text, fc.constant('audio')),
    pcm: fc.uint8Array({ maxLength: 2_000 }),
    sampleRate: u32,
    channels: u32,
    pts: fc.option(u64, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('transcription' as const),
    id: u64,
    name: text,
    text,
    userId: text,
    timestamp: text,
  }),
  fc.record({ kind: fc.constant('message' as const), data: text }),
  fc.record({ kind: fc.constant('interruption' as const), id: u64, name: text }),
);

describe('the stock serializer', () => {
  test('its audio bytes decode, without copying the audio, and are what we write', () => {
    const input = bytes(AUDIO);
    const decoded = decodeFrame(input);
    const pcm = bytes('01 00 02 00');
    expect(decoded).toEqual({
      ok: true,
      frame: { kind: 'audio', id: 0n, name: 'audio', pcm, sampleRate: 16_000, channels: 1, pts: undefined },
    });
    if (decoded.ok && decoded.frame.kind === 'audio') expect(decoded.frame.pcm.buffer).toBe(input.buffer);
    expect(hexOf(encodeAudio(pcm, 16_000))).toBe(AUDIO);
  });

  test('its message bytes decode and are what we write', () => {
    expect(decodeFrame(bytes(MESSAGE))).toEqual({ ok: true, frame: { kind: 'message', data: '{"a":1}' } });
    expect(hexOf(encodeMessage('{"a":1}'))).toBe(MESSAGE);
  });
});

describe('any frame', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, frame });
      }),
      { numRuns: 500 },
    );
  });

  test('comes back with fields of the future around it and inside it', () => {
    const future = 'f8 06 96 01 fa 06 02 68 69 fd 06 01 02 03 04 f9 06 01 02 03 04 05 06 07 08';
    const inner = bytes(future);
    const body = Uint8Array.of(...inner, ...bytes('0a 02 7b 7d'), ...inner);
    const frame = Uint8Array.of(...inner, 0x22, body.length, ...body, ...inner);
    expect(decodeFrame(frame)).toEqual({ ok: true, frame: { kind: 'message', data: '{}' } });
  });

  test('is refused or smaller when it is cut anywhere, and never throws', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        const whole = encodeFrame(frame);
        const part = decodeFrame(whole.subarray(0, cut % whole.length));
        expect(part.ok).toBe(false);
      }),
    );
  });
});

describe('bytes that are no frame', () => {
  test.each([
    ['', 'none of the kinds'],
    ['f8 06 01', 'none of the kinds'],
    ['00 01', 'no valid number'],
    ['12 ff', 'inside a field'],
    ['12 05 01', 'longer than its message'],
    ['13', 'wire type 3'],
    ['22 03 0a 01 ff', 'not UTF-8'],
    ['f8 06 ff ff ff ff ff ff ff ff ff ff 01', 'longer than ten bytes'],
    ['f9 06 01 02', 'inside a field'],
    ['12 06 1a ff ff ff ff 0f', 'longer than its message'],
  ])('%s: %s', (hex, reason) => {
    const decoded = decodeFrame(hex === '' ? new Uint8Array(0) : bytes(hex));
    expect(decoded).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('arbitrary bytes become a value, and the next good frame still decodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const decoded = decodeFrame(noise);
        if (!decoded.ok) expect(decoded.reason).not.toBe('');
        expect(decodeFrame(bytes(MESSAGE)).ok).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('one flipped byte in a good frame never throws', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.nat({ max: 255 }), (frame, at, value) => {
        const broken = encodeFrame(frame);
        broken[at % broken.length] = value;
        expect(typeof decodeFrame(broken).ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });

  test('half a surrogate pair is sent as the replacement character, not as bad UTF-8', () => {
    expect(decodeFrame(encodeMessage('a\ud800b'))).toEqual({
      ok: true,
      frame: { kind: 'message', data: 'a\ufffdb' },
    });
  });
});
