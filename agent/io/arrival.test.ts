// Who asks: a word of a proxy counts where there is one, and nowhere else.
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { originOf } from './arrival.ts';

const request = (headers: Record<string, string>): IncomingMessage =>
  ({ headers, socket: { remoteAddress: '192.0.2.7' } }) as unknown as IncomingMessage;

const FORWARDED = {
  host: 'agent:8765',
  'x-forwarded-for': '10.0.0.1, 203.0.113.5',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'talk.example.org',
};

test('without a proxy nobody can say that he is somebody else', () => {
  expect(originOf(request(FORWARDED), false)).toEqual({
    peer: '192.0.2.7',
    secure: false,
    headers: { host: 'agent:8765' },
  });
});

test('behind a proxy its own word counts, which is the last', () => {
  expect(originOf(request(FORWARDED), true)).toEqual({
    peer: '203.0.113.5',
    secure: true,
    headers: FORWARDED,
  });
  expect(originOf(request({ 'x-forwarded-proto': 'https, http' }), true).secure).toBe(false);
  expect(originOf(request({ 'x-forwarded-for': '<script>' }), true).peer).toBe('192.0.2.7');
  expect(originOf(request({}), true)).toMatchObject({ peer: '192.0.2.7', secure: false });
});
