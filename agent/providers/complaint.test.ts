import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainLine, readComplaint } from './complaint.ts';

test.each([
  ['flat (Cerebras)', '{"message":"m","type":"t","code":"c"}', { message: 'm', code: 'c', type: 't' }],
  [
    'nested (OpenAI)',
    '{"error":{"message":"m","type":"t","code":"c"}}',
    { message: 'm', code: 'c', type: 't' },
  ],
  ['detail (ElevenLabs)', '{"detail":{"status":"c","message":"m"}}', { message: 'm', code: 'c', type: '' }],
  ['socket (ElevenLabs)', '{"message":"m","error":"c","code":1008}', { message: 'm', code: 'c', type: '' }],
  [
    'titled (Cartesia)',
    '{"error_code":"c","title":"T","message":"m"}',
    { message: 'm', code: 'c', type: '' },
  ],
  ['plain', 'Title: Message\n', { message: 'Title: Message', code: '', type: '' }],
  ['HTML', '<!doctype html>', { message: 'an HTML page instead of an answer', code: '', type: '' }],
])('the %s shape is understood', (_shape, body, complaint) => {
  expect(readComplaint(body, '')).toEqual(complaint);
});

test('no text, however it holds the key, gives it away, and every text becomes one short line', () => {
  const key = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
  fc.assert(
    fc.property(key, fc.array(fc.string({ unit: 'binary' })), (secret, around) => {
      const line = plainLine(around.join(secret), secret);
      expect(line).not.toContain(secret);
      expect(line.length).toBeLessThanOrEqual(300);
      expect(line).not.toMatch(/[\r\n]/);
    }),
  );
});
