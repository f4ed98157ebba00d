import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SseParser } from './sse.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function read(chunks: readonly Uint8Array[], bytesMax = 1_000): { payloads: string[]; sound: boolean } {
  const parser = new SseParser(bytesMax);
  const payloads: string[] = [];
  let sound = true;
  for (const chunk of chunks) sound = parser.push(chunk, payloads);
  parser.end(payloads);
  return { payloads, sound };
}

test('events come out whole, wherever the bytes are cut', () => {
  const stream = bytes(
    '\ufeff: ping\r\ndata: {"a":"ä€😀"}\r\n\r\nevent: x\ndata:two\ndata: lines\n\nid: 7\r\rdata: [DONE]\r\r',
  );
  const whole = ['{"a":"ä€😀"}', 'two\nlines', '[DONE]'];
  expect(read([stream]).payloads).toEqual(whole);
  for (let cut = 0; cut <= stream.length; cut += 1) {
    expect(read([stream.subarray(0, cut), stream.subarray(cut)]).payloads).toEqual(whole);
  }
  expect(read([...stream].map((byte) => new Uint8Array([byte]))).payloads).toEqual(whole);
});

test('any payloads survive any framing and any cutting', () => {
  const payload = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n]/.test(text));
  const cuts = fc.array(fc.nat(), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(payload), fc.constantFrom('\n', '\r\n', '\r'), cuts, (payloads, eol, places) => {
      const stream = bytes(payloads.map((text) => `data: ${text}${eol}${eol}`).join(''));
      const edges = [0, ...places.map((place) => place % (stream.length + 1)), stream.length].sort(
        (a, b) => a - b,
      );
      const chunks = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge));
      expect(read(chunks, 10_000).payloads).toEqual(payloads);
    }),
  );
});

test('arbitrary bytes never throw', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => read(chunks) !== undefined));
});

test('a line without an end poisons the stream instead of filling the memory', () => {
  const endless = Array.from({ length: 20 }, () => bytes('data: '.padEnd(100, 'x')));
  expect(read(endless)).toEqual({ payloads: [], sound: false });
  expect(read([bytes(`data: ${'x'.repeat(2_000)}\n\n`)])).toEqual({ payloads: [], sound: false });
});

test('a chunk that its owner uses again does not change what was read', () => {
  const parser = new SseParser(1_000);
  const payloads: string[] = [];
  const buffer = bytes('data: first');
  parser.push(buffer, payloads);
  buffer.fill(0x78);
  parser.push(bytes('\n\n'), payloads);
  expect(payloads).toEqual(['first']);
});
