import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms } from '../../core/time.ts';
import { cartesiaSettings } from './index.ts';
import { CartesiaSession } from './session.ts';
import { parseMessage } from './wire.ts';

test('a transcript keeps its text verbatim and ignores fields it does not know', () => {
  const data = JSON.stringify({
    type: 'transcript',
    is_final: true,
    request_id: 'r1',
    text: ' How are you',
    duration: 2.5,
    language: 'en',
    words: [{ word: 'How', start: 0, end: 0.12 }],
    mood: 'sunny',
  });
  expect(parseMessage(data, '')).toEqual({
    kind: 'transcript',
    final: true,
    text: ' How are you',
    durationS: 2.5,
    mark: 'r1|2.5|0| How are you',
  });
});

test('types that are not known are ignored, text that is no object is malformed', () => {
  expect(parseMessage('{"type":"turn.start"}', '').kind).toBe('unknown');
  expect(parseMessage(new Uint8Array([1, 2]), '').kind).toBe('unknown');
  expect(parseMessage('finalize', '').kind).toBe('malformed');
  expect(parseMessage('[1]', '').kind).toBe('malformed');
});

test('whatever the vendor sends, the session does not throw and never says the key', () => {
  const key = 'sk_car_secret';
  const settings = cartesiaSettings.parse({ apiKey: key });
  const text = fc.oneof(
    fc.string(),
    fc.constant(key),
    fc.string().map((rest) => `${rest}${key}${rest}`),
  );
  const message = fc.record(
    {
      type: fc.constantFrom('transcript', 'flush_done', 'error', 'done', 'other'),
      text: fc.oneof(text, fc.jsonValue()),
      is_final: fc.boolean(),
      duration: fc.oneof(fc.double(), fc.jsonValue()),
      words: fc.jsonValue(),
      message: text,
      title: text,
      error: fc.oneof(text, fc.record({ message: text })),
      error_code: text,
      status_code: fc.oneof(fc.integer(), fc.constantFrom(400, 401, 429, 500), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const data = fc.oneof(
    message.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
    fc.uint8Array(),
  );
  const event = fc.oneof(
    data.map((value) => ({ kind: 'message' as const, data: value })),
    fc.constant({ kind: 'opened' as const }),
    fc.record({ kind: fc.constant('closed' as const), code: fc.integer(), reason: text }),
    fc.record({ kind: fc.constant('failed' as const), message: text }),
    fc.record({
      kind: fc.constant('refused' as const),
      status: fc.integer({ min: 0, max: 599 }),
      headers: fc.constant({}),
      body: fc.oneof(
        text,
        message.map((value) => JSON.stringify(value)),
      ),
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (story) => {
      const told: string[] = [];
      const session = new CartesiaSession(settings, {
        request: () => undefined,
        event: (_now, heard) => {
          if (heard.kind === 'failed') told.push(heard.failure.message);
        },
      });
      session.start(0);
      for (const [index, happened] of story.entries()) {
        session.sendAudio(ms(index * 700), new Uint8Array(64));
        if (index % 3 === 0) session.finalize(ms(index * 700));
        session.receive(ms(index * 700), happened);
        session.wake(ms(index * 700 + 600));
      }
      expect(told.join('\n')).not.toContain(key);
    }),
  );
});
