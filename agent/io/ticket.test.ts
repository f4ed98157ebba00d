// A ticket is good where it was given out, in its time, exactly as it was given out; and the key is the key.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bearerOf, Tickets } from './ticket.ts';

const SECRET = 'a secret of some length';

function desk(secret = SECRET) {
  const at = { ms: 1_800_000_000_000 };
  return { at, tickets: new Tickets({ secret, lifeMs: 60_000, wallMs: () => at.ms }) };
}

test('it is good for its time, in every process with the same key', () => {
  const [here, there] = [desk(), desk()];
  const ticket = here.tickets.issue();
  expect(ticket).toMatch(/^[\w-]{51}$/);
  expect(here.tickets.judge(ticket)).toBe('good');
  there.at.ms += 59_000;
  expect(there.tickets.judge(ticket)).toBe('good');
  there.at.ms += 3_000;
  expect(there.tickets.judge(ticket)).toBe('expired');
});

test('it is nobody else’s', () => {
  const ticket = desk().tickets.issue();
  expect(desk('another secret of some length').tickets.judge(ticket)).toBe('forged');
});

test('changed in any character it is forged, and so is anything else', () => {
  const { tickets } = desk();
  const ticket = tickets.issue();
  fc.assert(
    fc.property(fc.nat(ticket.length - 1), fc.constantFrom(...'0Az_-. '), (at, char) => {
      fc.pre(ticket[at] !== char);
      expect(tickets.judge(ticket.slice(0, at) + char + ticket.slice(at + 1))).toBe('forged');
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(tickets.judge(text)).toBe('forged');
    }),
  );
});

test('no two are the same', () => {
  const { tickets } = desk();
  expect(new Set(Array.from({ length: 1_000 }, () => tickets.issue())).size).toBe(1_000);
});

test('the key opens, and nothing that looks like it', () => {
  const { tickets } = desk();
  expect(new Tickets({ secret: 'a-secret-of-some-length' }).isKey('bearer a-secret-of-some-length')).toBe(
    true,
  );
  for (const wrong of [undefined, '', SECRET, `Basic ${SECRET}`, 'Bearer ', `Bearer ${SECRET}x`, 'Bearer a'])
    expect(tickets.isKey(wrong)).toBe(false);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(tickets.isKey(`Bearer ${text}`)).toBe(false);
    }),
  );
});

test('a bearer is read as it stands in the header', () => {
  expect(bearerOf('Bearer abc')).toBe('abc');
  expect(bearerOf('bearer   abc')).toBe('abc');
  expect(bearerOf('Bearer a b')).toBeUndefined();
  expect(bearerOf(undefined)).toBeUndefined();
});
