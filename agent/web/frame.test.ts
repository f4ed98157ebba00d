// The page's end of the WebSocket and the server's understand each other.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as server from '../transports/websocket/wire.ts';
import { decodeFrame, encodeAudio, encodeMessage } from './frame.ts';

test('what the page writes, byte for byte, is what the stock serializer writes', () => {
  const audio = encodeAudio(Int16Array.of(1, 2), 16_000);
  expect(Buffer.from(audio).toString('hex')).toBe('12121205617564696f1a040100020020807d2801');
  expect(Buffer.from(encodeMessage('{"a":1}')).toString('hex')).toBe('22090a077b2261223a317d');
});

test('what the server writes, the page reads', () => {
  const pcm = Int16Array.from({ length: 768 }, (_, at) => at - 300);
  const bytes = server.encodeAudio(new Uint8Array(pcm.buffer), 24_000);
  expect(decodeFrame(bytes)).toEqual({ kind: 'audio', pcm, rate: 24_000 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const json = JSON.stringify({ text });
      expect(decodeFrame(server.encodeMessage(json))).toEqual({ kind: 'message', json });
      expect(server.decodeFrame(encodeMessage(json))).toMatchObject({ ok: true, frame: { data: json } });
    }),
  );
});

test('bytes that are no frame are nothing', () => {
  expect(decodeFrame(new Uint8Array())).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(() => decodeFrame(bytes)).not.toThrow();
    }),
  );
});
