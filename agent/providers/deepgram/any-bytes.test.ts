// Whatever arrives, in whatever order: nothing throws, every question is answered, every reply ends.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SttEvent, TtsEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketEvent } from '../../core/wire.ts';
import { sttFactory, ttsFactory } from '../registry.ts';

const turnInfo = fc.record({
  type: fc.constant('TurnInfo'),
  event: fc.constantFrom('Update', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EndOfTurn', 'New'),
  turn_index: fc.oneof(fc.nat(3), fc.constant('x')),
  transcript: fc.oneof(fc.lorem({ maxCount: 4 }), fc.constant(null)),
  trigger: fc.constantFrom('model', 'manual'),
});
const results = fc.record({
  type: fc.constant('Results'),
  start: fc.oneof(fc.nat(20), fc.constant(-1)),
  duration: fc.nat(20),
  is_final: fc.boolean(),
  from_finalize: fc.boolean(),
  channel: fc.oneof(
    fc.lorem({ maxCount: 3 }).map((transcript) => ({ alternatives: [{ transcript }] })),
    fc.constant({ alternatives: 7 }),
  ),
});
const notice = fc.record({
  type: fc.constantFrom('Flushed', 'Cleared', 'Warning', 'Metadata', 'Error', 'UtteranceEnd'),
  description: fc.string(),
});
const data = fc.oneof(
  fc.oneof(turnInfo, results, notice, fc.object()).map((message) => JSON.stringify(message)),
  fc.string(),
  fc.uint8Array({ maxLength: 9 }),
);
const arrival: fc.Arbitrary<SocketEvent> = fc.oneof(
  { weight: 8, arbitrary: data.map((one) => ({ kind: 'message' as const, data: one })) },
  fc.constant({ kind: 'opened' as const }),
  fc.record({
    kind: fc.constant('closed' as const),
    code: fc.constantFrom(1000, 1006, 1008, 1011),
    reason: fc.string(),
  }),
  fc.record({
    kind: fc.constant('refused' as const),
    status: fc.constantFrom(400, 401, 429, 503),
    headers: fc.constant({}),
    body: fc.string(),
  }),
);

/** Wakes `session` whenever it wants to be, until `end`. */
function wake(session: { deadline(): Micros | undefined; wake(now: Micros): void }, end: Micros): void {
  for (let at = session.deadline(); at !== undefined && at <= end; at = session.deadline()) session.wake(at);
}

test.each(['nova-3', 'flux-general-en'])('a recogniser %s answers every question in time', (model) => {
  const step = fc.oneof(arrival, fc.constant('audio' as const), fc.constant('finalize' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const chosen = sttFactory({ provider: 'deepgram', model });
      if (!chosen.ok) throw new Error(chosen.message);
      let owed = 0;
      const event = (_now: Micros, { kind }: SttEvent) => {
        if (kind === 'finalized') owed = 0;
      };
      const session = chosen.factory({ request: () => undefined, event });
      session.start(0);
      session.receive(0, { kind: 'opened' });
      let now = 0;
      for (const one of steps) {
        now += ms(100);
        wake(session, now);
        if (one === 'finalize') {
          owed += 1;
          session.finalize(now);
        } else if (one === 'audio') session.sendAudio(now, new Uint8Array(3_200));
        else session.receive(now, one);
      }
      wake(session, now + seconds(60));
      expect(owed).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('a voice ends every reply in done or failed, once, and says nothing of one after that', () => {
  const step = fc.oneof(
    arrival,
    fc.record({ say: fc.nat(3), text: fc.lorem({ maxCount: 3 }) }),
    fc.record({ end: fc.nat(3) }),
    fc.record({ cancel: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const chosen = ttsFactory({ provider: 'deepgram' });
      if (!chosen.ok) throw new Error(chosen.message);
      const open = new Set<number>();
      const over = new Set<number>();
      const event = (_now: Micros, one: TtsEvent) => {
        if (!('reply' in one) || one.reply === undefined) return;
        expect(over.has(one.reply), `${one.kind} of a reply that is over`).toBe(false);
        if (one.kind === 'done' || one.kind === 'failed') {
          over.add(one.reply);
          open.delete(one.reply);
        }
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
