// Networks by name or written out; whatever else is typed is refused by the field that is wrong.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { webSocketBytes } from './frame-size.ts';
import { parseNetwork } from './profile.ts';

test('understands the loopback and a delay', () => {
  expect(parseNetwork('loopback')).toEqual({ ok: true, profile: { name: 'loopback', oneWayUs: 100 } });
  expect(parseNetwork('delay=20ms')).toEqual({ ok: true, profile: { name: 'delay=20ms', oneWayUs: 20_000 } });
  expect(parseNetwork('delay=0.5ms')).toEqual({ ok: true, profile: { name: 'delay=0.5ms', oneWayUs: 500 } });
  expect(parseNetwork('delay=0ms').ok).toBe(true);
});

test.each([
  ['', 'neither "loopback" nor "delay=<number>ms"'],
  ['4g', '"4g" is neither'],
  ['delay', '"delay" is neither'],
  ['delay=20ms=30ms', 'is neither'],
  ['loss=1%', 'is neither'],
  ['delay=', 'delay: "" is not a number of milliseconds like 20ms'],
  ['delay=20', '"20" is not a number of milliseconds'],
  ['delay=-20ms', '"-20ms" is not a number'],
  ['delay=2s', '"2s" is not a number'],
  ['delay=1e3ms', '"1e3ms" is not a number'],
  ['delay=2001ms', 'delay: 2001 ms is more than 2000 ms'],
])('refuses %j', (text, reason) => {
  expect(parseNetwork(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('never throws, and what it takes is whole microseconds', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `delay=${text}ms`),
      ),
      (text) => {
        const parsed = parseNetwork(text);
        if (parsed.ok) expect(Number.isSafeInteger(parsed.profile.oneWayUs)).toBe(true);
        else expect(parsed.reason).not.toBe('');
      },
    ),
  );
});

test('a WebSocket message takes its payload and the header of its length (RFC 6455)', () => {
  expect(webSocketBytes(new Uint8Array(125), false)).toBe(127);
  expect(webSocketBytes(new Uint8Array(126), false)).toBe(130);
  expect(webSocketBytes(new Uint8Array(65_536), true)).toBe(65_550);
  expect(webSocketBytes('über', false)).toBe(2 + 5);
});
