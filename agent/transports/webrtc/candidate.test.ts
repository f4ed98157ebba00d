// Addresses that clients name: the good ones in our words, the useless ones passed over, the rest refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCandidate } from './candidate.ts';

test.each([
  [
    'candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 192.0.2.7 rport 46154',
    'candidate:842163049 1 UDP 1677729535 203.0.113.9 46154 typ srflx',
  ],
  [
    'candidate:0 1 UDP 2122187007 2001:db8::7 51556 typ host',
    'candidate:0 1 UDP 2122187007 2001:db8::7 51556 typ host',
  ],
])('%s is taken', (line, candidate) => {
  expect(parseCandidate(line)).toEqual({ ok: true, candidate });
});

test.each([
  ['the end of the candidates', ''],
  ['only UDP', 'candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active'],
  ['one component', 'candidate:1 2 udp 1 192.0.2.7 9000 typ host'],
  ['names are not looked up', 'candidate:1 1 udp 1 3e8a1bd5-75ea-44b3-b02e-5bbf2b64dd41.local 9000 typ host'],
  ['names are not looked up', 'candidate:1 1 udp 1 internal.example.org 9000 typ host'],
  ['nothing listens', 'candidate:1 1 udp 1 192.0.2.7 0 typ host'],
])('passed over, because %s: %s', (reason, line) => {
  expect(parseCandidate(line)).toEqual({ ok: false, skip: true, reason: expect.stringContaining(reason) });
});

test.each([
  ['not of the form', 'hello'],
  ['not of the form', 'candidate:1 1 udp 1 192.0.2.7 9000 typ host\r\na=setup:active'],
  ['not of the form', 'candidate:1 1 udp 1 192.0.2.7 9000 typ nothing'],
  ['its address is none', 'candidate:1 1 udp 1 300.0.2.7.1.. 9000 typ host'],
  ['its port is none', 'candidate:1 1 udp 1 192.0.2.7 70000 typ host'],
  ['its priority is too large', 'candidate:1 1 udp 9999999999 192.0.2.7 9000 typ host'],
  ['longer than 400', `candidate:${'1'.repeat(400)}`],
])('refused, because %s: %s', (reason, line) => {
  expect(parseCandidate(line)).toEqual({ ok: false, skip: false, reason: expect.stringContaining(reason) });
});

test('whatever is sent never throws, and what is taken is one clean line', () => {
  const words = fc.constantFrom(
    'candidate:1',
    '1',
    'udp',
    '99',
    '192.0.2.7',
    '::1',
    '9',
    'typ',
    'host',
    '\r\n',
    '',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(anything, (line) => {
      const parsed = parseCandidate(line);
      if (parsed.ok) expect(parsed.candidate).toMatch(/^candidate:[\w+/ .:]+$/);
    }),
  );
});
