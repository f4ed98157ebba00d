// Whatever arrives at a recogniser, in whatever order: nothing throws, and every question is answered.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms, seconds } from '../core/time.ts';
import type { SocketEvent } from '../core/wire.ts';
import { listener } from './listener.test-support.ts';

const text = fc.oneof(fc.lorem({ maxCount: 4 }), fc.constant(''), fc.constant(null));
const assembly = fc.record({
  type: fc.constantFrom('Turn', 'Turn', 'Turn', 'Begin', 'Error', 'Termination', 'SpeechStarted'),
  turn_order: fc.oneof(fc.nat(3), fc.constant('x')),
  end_of_turn: fc.boolean(),
  turn_is_formatted: fc.boolean(),
  transcript: text,
  utterance: text,
  words: fc.oneof(
    fc.array(fc.record({ text, word_is_final: fc.boolean() }), { maxLength: 3 }),
    fc.constant([null]),
  ),
  error_code: fc.constantFrom(1008, 3005, 3006, 3007, 3009, 'x'),
  error: text,
});
const turns = fc.record({
  type: fc.constantFrom(
    ...['connected', 'turn.start', 'turn.update', 'turn.eager_end', 'turn.resume', 'turn.end', 'error'],
  ),
  transcript: text,
  status_code: fc.constantFrom(400, 401, 500, 'x'),
});
const scribe = fc.record({
  message_type: fc.constantFrom(
    ...['session_started', 'partial_transcript', 'final_transcript', 'committed_transcript'],
    ...['commit_throttled', 'transcriber_error', 'auth_error', '__proto__'],
  ),
  text,
  error: text,
});

const arrivals = (message: fc.Arbitrary<object>): fc.Arbitrary<SocketEvent> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .oneof(
          { weight: 6, arbitrary: message.map((one) => JSON.stringify(one)) },
          fc.object().map((one) => JSON.stringify(one)),
          fc.string(),
          fc.uint8Array({ maxLength: 9 }),
        )
        .map((data) => ({ kind: 'message' as const, data })),
    },
    fc.constant({ kind: 'opened' as const }),
    fc.record({
      kind: fc.constant('closed' as const),
      code: fc.constantFrom(1000, 1006, 1008, 1011, 3005),
      reason: fc.string(),
    }),
    fc.record({
      kind: fc.constant('refused' as const),
      status: fc.constantFrom(400, 401, 429, 503),
      headers: fc.constant({}),
      body: fc.string(),
    }),
  );

test.each([
  [{ provider: 'assemblyai' }, assembly],
  [{ provider: 'assemblyai', formatTurns: true, patienceMs: 0 }, assembly],
  [{ provider: 'cartesia', model: 'ink-2' }, turns],
  [{ provider: 'elevenlabs' }, scribe],
  [{ provider: 'elevenlabs', commitStrategy: 'vad' }, scribe],
])('a recogniser %j answers every question in time', (settings, message) => {
  const step = fc.oneof(arrivals(message), fc.constant('audio' as const), fc.constant('finalize' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const w = listener(settings);
      w.open(0);
      let now = 0;
      let asked = 0;
      for (const one of steps) {
        now += ms(100);
        w.until(now);
        if (one === 'finalize') {
          asked = w.events.length;
          w.session.finalize(now);
        } else if (one === 'audio') w.session.sendAudio(now, new Uint8Array(3_200));
        else w.session.receive(now, one);
      }
      w.until(now + seconds(60));
      const owes = steps.includes('finalize');
      const answered = w.events.slice(asked).some(({ kind }) => kind === 'finalized');
      expect(answered || !owes).toBe(true);
    }),
    { numRuns: 200 },
  );
});
