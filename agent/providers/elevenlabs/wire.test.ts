import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TtsEvent } from '../../core/provider.ts';
import { ms, seconds } from '../../core/time.ts';
import { elevenLabsSettings } from './index.ts';
import { ElevenLabsSession } from './session.ts';
import { parseMessage, ttsUrl } from './wire.ts';

const KEY = 'sk_eleven_secret';

test('the language is asked for only when it is set', () => {
  expect(ttsUrl(elevenLabsSettings.parse({}))).not.toContain('language_code');
  expect(ttsUrl(elevenLabsSettings.parse({ language: 'de' }))).toContain('language_code=de');
});

test('a frame is read with its audio untouched, and with null where the vendor has nothing', () => {
  const frame = { audio: 'AAAA', contextId: 'c', isFinal: null, alignment: null, normalizedAlignment: null };
  expect(parseMessage(JSON.stringify(frame), '')).toEqual({
    kind: 'frame',
    context: 'c',
    audio: 'AAAA',
    alignment: undefined,
    final: false,
  });
});

test.each([
  ['invalid_api_key', 'auth', false],
  ['quota_exceeded', 'quota', false],
  ['voice_not_found', 'not_found', false],
  ['max_active_conversations', 'rate_limit', true],
  ['input_timeout_exceeded', 'disconnected', true],
  ['something_went_wrong', 'overloaded', true],
] as const)('the error %s means %s', (error, reason, retryable) => {
  const message = parseMessage(JSON.stringify({ message: 'm', error, code: 1008 }), '');
  expect(message).toEqual({ kind: 'error', failure: { reason, message: 'm', retryable } });
});

test('frames that are not known are ignored, text that is no object is malformed', () => {
  expect(parseMessage('{"type":"flush_done"}', '').kind).toBe('unknown');
  expect(parseMessage(new Uint8Array(3), '').kind).toBe('unknown');
  expect(parseMessage('null', '').kind).toBe('malformed');
});

test('whatever the vendor sends, it does not throw and never says the key', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constant(KEY),
    fc.string().map((rest) => `${rest}${KEY}${rest}`),
  );
  const list = fc.oneof(
    fc.array(fc.oneof(fc.string({ maxLength: 1 }), fc.double(), fc.jsonValue())),
    fc.jsonValue(),
  );
  const frame = fc.record(
    {
      contextId: fc.oneof(fc.constantFrom('1-1', '2-1', '2-2', '3-2'), text),
      audio: fc.oneof(fc.base64String(), text, fc.jsonValue()),
      isFinal: fc.oneof(fc.boolean(), fc.jsonValue()),
      alignment: fc.oneof(
        fc.record({ chars: list, charStartTimesMs: list, charDurationsMs: list }),
        fc.jsonValue(),
      ),
      error: fc.oneof(text, fc.jsonValue()),
      message: text,
    },
    { requiredKeys: [] },
  );
  const plain = fc.record({
    contextId: fc.constantFrom('1-1', '2-1', '3-2'),
    audio: fc.base64String(),
    isFinal: fc.boolean(),
  });
  const event = fc.oneof(
    fc.oneof(plain, frame).map((value) => ({ kind: 'message' as const, data: JSON.stringify(value) })),
    fc.record({
      kind: fc.constant('message' as const),
      data: fc.oneof(fc.string(), fc.json(), fc.uint8Array()),
    }),
    fc.constant({ kind: 'opened' as const }),
    fc.record({
      kind: fc.constant('closed' as const),
      code: fc.constantFrom(1000, 1006, 1008, 1011),
      reason: text,
    }),
    fc.record({ kind: fc.constant('failed' as const), message: text }),
    fc.record({
      kind: fc.constant('refused' as const),
      status: fc.constantFrom(401, 429, 503),
      headers: fc.constant({}),
      body: text,
    }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (story) => {
      const told: TtsEvent[] = [];
      const session = new ElevenLabsSession(elevenLabsSettings.parse({ apiKey: KEY }), {
        request: () => undefined,
        event: (_now, event) => void told.push(event),
      });
      session.start(0);
      session.receive(ms(80), { kind: 'opened' });
      for (const [index, happened] of story.entries()) {
        const now = ms(100 + index * 500);
        session.speak(now, 1 + Math.floor(index / 4), 'Words and words.');
        session.receive(now, happened);
        if (index % 4 === 3) session.endReply(now, 1 + Math.floor(index / 4));
        session.wake(now + ms(400));
      }
      // In the end every reply has one: woken as it asks to be, the session comes to rest.
      session.endReply(seconds(20), 1 + Math.floor(story.length / 4));
      for (let steps = 0; steps < 60; steps += 1) session.wake(session.deadline() ?? seconds(20));
      const ends = new Map<number, number>();
      for (const one of told) {
        if (one.kind === 'failed') expect(one.failure.message).not.toContain(KEY);
        if ((one.kind === 'failed' || one.kind === 'done') && one.reply !== undefined) {
          ends.set(one.reply, (ends.get(one.reply) ?? 0) + 1);
        }
      }
      expect([...ends.values()].every((count) => count === 1)).toBe(true);
      expect(ends.size).toBe(1 + Math.floor(story.length / 4));
    }),
  );
});
