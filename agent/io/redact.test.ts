// Nothing that is written holds a secret, in whatever form it got into the text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';
import { redact } from './redact.ts';

/** What a key may be: printable ASCII without spaces. */
const key = fc.stringMatching(/^[\x21-\x7e]{6,40}$/);

test('a secret is masked wherever it stands, a short one would blot out words', () => {
  expect(redact('key sk-123456, again sk-123456', ['sk-123456'])).toBe('key [secret], again [secret]');
  expect(redact('a key', ['a'])).toBe('a key');
});

test('a secret that begins with another one is masked as a whole', () => {
  expect(redact('sk-123456789', ['sk-123456', 'sk-123456789'])).toBe('[secret]');
});

test('no log line holds a key, in message, field, nested field or error', () => {
  fc.assert(
    fc.property(key, fc.string(), (secret, around) => {
      // A mask that the text happens to contain already is no leak.
      fc.pre(!'[secret]{"level":"error","time":"","pid":,"msg"err type Error stack'.includes(secret));
      const lines: string[] = [];
      const log = createLog('trace', [secret], (line) => lines.push(line));
      log.info(`${around}${secret}`);
      log.warn({ reason: secret, deep: { list: [`${secret}${around}`] } }, 'refused');
      log.error({ err: new Error(`bad key ${secret}`) }, 'failed');
      log.child({ session: 1 }).debug({ url: `wss://host/?key=${secret}` }, secret);
      expect(lines).toHaveLength(4);
      for (const line of lines) {
        expect(line).not.toContain(secret);
        expect(line).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(line).toContain('[secret]');
      }
    }),
  );
});
