// Whatever the voice's vendor sends, in whatever order: nothing throws, every reply ends once, the key is
// never told.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TtsEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { ttsFactory } from '../registry.ts';

const KEY = 'sk_car_secret';
const text = fc.oneof(fc.string(), fc.constant(`not ${KEY}!`));
/** Contexts that exist, mostly. */
const context = fc.tuple(fc.nat(8), fc.nat(3)).map(([count, reply]) => `${count + 1}-${reply}`);
const message = fc.record(
  {
    type: fc.constantFrom('chunk', 'timestamps', 'done', 'flush_done', 'error', 'other'),
    context_id: fc.oneof(context, fc.jsonValue()),
    data: fc.oneof(fc.base64String({ maxLength: 16 }), fc.string(), fc.jsonValue()),
    word_timestamps: fc.oneof(
      fc.record({
        words: fc.array(fc.string()),
        start: fc.array(fc.double()),
        end: fc.array(fc.double()),
      }),
      fc.jsonValue(),
    ),
    message: text,
    status_code: fc.oneof(fc.constantFrom(400, 401, 429, 500), fc.jsonValue()),
    done: fc.boolean(),
  },
  { requiredKeys: ['type', 'context_id'] },
);
const data = fc.oneof(
  { weight: 6, arbitrary: message.map((value) => JSON.stringify(value)) },
  fc.json(),
  text,
  fc.uint8Array({ maxLength: 9 }),
);
const arrival: fc.Arbitrary<SocketEvent> = fc.oneof(
  { weight: 12, arbitrary: data.map((one) => ({ kind: 'message' as const, data: one })) },
  { weight: 2, arbitrary: fc.constant({ kind: 'opened' as const }) },
  fc.record({
    kind: fc.constant('closed' as const),
    code: fc.constantFrom(1000, 1006, 1008, 1011),
    reason: text,
  }),
  fc.record({ kind: fc.constant('failed' as const), message: text }),
  fc.record({
    kind: fc.constant('refused' as const),
    status: fc.constantFrom(400, 401, 429, 503),
    headers: fc.constant({}),
    body: text,
  }),
);
const step = fc.oneof(
  { weight: 3, arbitrary: arrival },
  fc.record({ say: fc.nat(3), text: fc.lorem({ maxCount: 3 }) }),
  fc.record({ end: fc.nat(3) }),
  fc.record({ cancel: fc.nat(3) }),
);

/** Wakes `session` whenever it wants to be, until `end`. */
function wake(session: { deadline(): Micros | undefined; wake(now: Micros): void }, end: Micros): void {
  for (let at = session.deadline(); at !== undefined && at <= end; at = session.deadline()) session.wake(at);
}

test('the voice ends every reply in done or failed, once, and says nothing of one after that', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const chosen = ttsFactory({ provider: 'cartesia', apiKey: KEY });
      if (!chosen.ok) throw new Error(chosen.message);
      const open = new Set<number>();
      const over = new Set<number>();
      const event = (_now: Micros, one: TtsEvent) => {
        if (one.kind === 'failed') expect(one.failure.message).not.toContain(KEY);
        if (one.kind === 'audio') expect(one.pcm.length % 2).toBe(0);
        if (!('reply' in one) || one.reply === undefined) return;
        expect(over.has(one.reply), `${one.kind} of a reply that is over`).toBe(false);
        if (one.kind !== 'done' && one.kind !== 'failed') return;
        over.add(one.reply);
        open.delete(one.reply);
      };
      const session = chosen.factory({ request: () => undefined, event });
      session.start(0);
      session.receive(0, { kind: 'opened' });
      let now = 0;
      for (const one of steps) {
        now += ms(100);
        wake(session, now);
        if ('say' in one) {
          if (!over.has(one.say)) open.add(one.say);
          session.speak(now, one.say, one.text);
        } else if ('end' in one) session.endReply(now, one.end);
        else if ('cancel' in one) {
          over.add(one.cancel);
          open.delete(one.cancel);
          session.cancel(now, one.cancel);
        } else session.receive(now, one);
      }
      for (const reply of [...open]) session.endReply(now, reply);
      wake(session, now + seconds(120));
      expect([...open]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
