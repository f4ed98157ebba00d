// The promise this agent is built around: after any interruption, at any instant, the conversation
// holds exactly what the caller heard. Replies, voices and instants are drawn; what was heard is
// counted sample by sample from what the client was sent, not from the agent's own ledger.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VOICE_RATE } from './cast.test-support.ts';
import { Rehearsal } from './rehearsal.test-support.ts';
import type { CoreSettings } from './setting.ts';
import { type Micros, ms } from './time.ts';

/** A voice whose words, chunks and delays are drawn: from far faster than real time to starving. */
type Voice = {
  readonly wordMs: readonly number[];
  readonly chunkMs: readonly number[];
  readonly delayMs: readonly number[];
  readonly wordLagMs: number;
};

const cycle = (values: readonly number[]) => (index: number) => values[index % values.length] ?? 1;

const VOICE: fc.Arbitrary<Voice> = fc.record({
  wordMs: fc.array(fc.integer({ min: 40, max: 500 }), { minLength: 3, maxLength: 9 }),
  chunkMs: fc.array(fc.integer({ min: 5, max: 400 }), { minLength: 1, maxLength: 6 }),
  delayMs: fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 60, max: 700 })),
    { minLength: 1, maxLength: 6 },
  ),
  wordLagMs: fc.constant(0),
});

/** An agent that says nothing of its own accord, however long the silence. */
const quiet =
  (leadMs: number) =>
  (all: CoreSettings): CoreSettings => ({
    ...all,
    playout: { ...all.playout, leadMs },
    presence: { ...all.presence, nudge: { ...all.presence.nudge, afterMs: 0 } },
  });

function stage(voice: Voice, flushable: boolean, leadMs = 100): Rehearsal {
  const call = new Rehearsal({
    flushable,
    settings: quiet(leadMs),
  });
  call.tts.script.wordMs = cycle(voice.wordMs);
  call.tts.script.chunkMs = cycle(voice.chunkMs);
  call.tts.script.delayMs = cycle(voice.delayMs);
  call.tts.script.wordLagMs = voice.wordLagMs;
  const names = ['one', 'two,', 'three', 'four', 'five,', 'six.', 'seven', 'eight', 'nine'];
  const text = voice.wordMs.map((_, index) => names[index]).join(' ');
  call.answers.push({ text, firstTokenMs: 20, tokenMs: 7 }, { text: 'Fine.', firstTokenMs: 10 });
  call.types('count', { at: 0 });
  return call;
}

/** Samples of `reply` that reached the client, each with the moment at which it is played. */
function ear(call: Rehearsal, reply: number): { words: number[]; playedAt: Micros[]; packets: Packet[] } {
  const words: number[] = [];
  const playedAt: Micros[] = [];
  const packets: Packet[] = [];
  let endsAt = 0;
  for (const { t, pcm } of call.client.sent) {
    const samples = new Int16Array(pcm.slice().buffer);
    const startsAt = Math.max(t, endsAt);
    packets.push({ t, startsAt, endsAt: startsAt + (samples.length * 1_000_000) / VOICE_RATE });
    endsAt = startsAt + (samples.length * 1_000_000) / VOICE_RATE;
    samples.forEach((sample, index) => {
      if (Math.floor(sample / 1_000) !== reply) return;
      words.push((sample % 1_000) - 200);
      playedAt.push(startsAt + ((index + 1) * 1_000_000) / VOICE_RATE);
    });
  }
  return { words, playedAt, packets };
}
type Packet = { readonly t: Micros; readonly startsAt: Micros; readonly endsAt: Micros };

/** The words of which at least half is among the samples `taken` (word numbers). */
function halfHeard(call: Rehearsal, reply: number, taken: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const word of taken) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = call.tts.words.get(reply) ?? [];
  return words
    .filter(({ startUs, endUs }, index) => {
      const samples = Math.round(((endUs - startUs) * VOICE_RATE) / 1_000_000);
      return (counts.get(index) ?? 0) * 2 >= samples;
    })
    .map(({ text }) => text)
    .join(' ');
}

/** Where in a call to interrupt: a share of the time until all is over, or a 20 ms border. */
const INSTANT = fc.record({ share: fc.double({ min: 0, max: 1.05, noNaN: true }), onBorder: fc.boolean() });
type Instant = { readonly share: number; readonly onBorder: boolean };

function instantOf(voice: Voice, flushable: boolean, { share, onBorder }: Instant): Micros {
  const whole = stage(voice, flushable);
  whole.run(FOR_EVER);
  const over = whole.framesOf('BotStoppedSpeaking').length;
  expect(over).toBe(1);
  const endUs = (whole.client.frames.find(({ frame }) => frame.kind === 'BotStoppedSpeaking')?.t ?? 0) + 1;
  const at = Math.round(endUs * share);
  return onBorder ? at - (at % ms(20)) : at;
}

function interrupted(voice: Voice, flushable: boolean, at: Micros): Rehearsal {
  const call = stage(voice, flushable);
  call.types('stop', { at: at / 1_000 });
  call.run(FOR_EVER);
  return call;
}

describe.each([
  { client: 'a client that plays all it was sent', flushable: false },
  { client: 'a client that drops what it has not played', flushable: true },
])('with $client', ({ flushable }) => {
  test('the context is the heard prefix, whenever the caller interrupts', () => {
    fc.assert(
      fc.property(VOICE, INSTANT, (voice, instant) => {
        const at = instantOf(voice, flushable, instant);
        const call = interrupted(voice, flushable, at);
        const { words, playedAt } = ear(call, 1);
        const heard = flushable ? words.filter((_, index) => (playedAt[index] ?? 0) <= at + EPSILON) : words;
        const text = halfHeard(call, 1, heard);
        const first =
          text === '' ? ['user: count stop'] : ['user: count', `assistant: ${text}`, 'user: stop'];
        expect(call.story).toEqual([...first, 'assistant: Fine.']);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test('every instant of one reply: before, in every 5 ms of it, in its last 200 ms, after', () => {
    const voice = { wordMs: [180, 60, 240, 90], chunkMs: [37], delayMs: [90, 5, 5, 300], wordLagMs: 0 };
    const seen = new Set<string>();
    for (let at = 0; at <= ms(1_600); at += ms(5) + 1) {
      const call = interrupted(voice, flushable, at);
      const { words, playedAt } = ear(call, 1);
      const heard = flushable ? words.filter((_, index) => (playedAt[index] ?? 0) <= at + EPSILON) : words;
      const text = halfHeard(call, 1, heard);
      expect(call.story.filter((line) => line !== 'assistant: Fine.')[1] ?? '').toBe(
        text === '' ? '' : `assistant: ${text}`,
      );
      seen.add(text);
    }
    expect([...seen]).toEqual(['', 'one', 'one two,', 'one two, three', 'one two, three four']);
  });

  test('nothing of a reply is sent after it was interrupted, no two sound at once, none ends twice', () => {
    fc.assert(
      fc.property(VOICE, INSTANT, (voice, instant) => {
        const at = instantOf(voice, flushable, instant);
        const call = interrupted(voice, flushable, at);
        const replies = call.client.sent.flatMap(({ t, pcm }) => {
          const reply = Math.floor((new Int16Array(pcm.slice().buffer)[0] ?? 0) / 1_000);
          return [{ t, reply }];
        });
        expect(replies.filter(({ t, reply }) => reply === 1 && t > at)).toEqual([]);
        expect(replies.map(({ reply }) => reply)).toEqual(replies.map(({ reply }) => reply).sort());
        for (const reply of [1, 2]) {
          expect(call.all('reply.stopped').filter((fact) => fact.reply === reply)).toHaveLength(1);
          const farewells = call.framesOf('BotStoppedSpeaking').filter((frame) => frame.reply === reply);
          expect(farewells).toHaveLength(1);
          const heard = call.framesOf('Heard').filter((frame) => frame.reply === reply);
          expect(heard).toHaveLength(1);
        }
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

describe('a reply that nobody interrupts', () => {
  test('enters whole, is sent sample for sample and told word for word, wherever its word times come', () => {
    fc.assert(
      fc.property(VOICE, fc.integer({ min: 0, max: 300 }), fc.boolean(), (drawn, wordLagMs, flushable) => {
        const call = stage({ ...drawn, wordLagMs }, flushable);
        call.run(FOR_EVER);
        const spoken = call.tts.words.get(1) ?? [];
        const said = spoken.map(({ text }) => text).join(' ');
        expect(call.story).toEqual(['user: count', `assistant: ${said}`]);
        expect(call.framesOf('Heard')).toMatchObject([{ complete: true }]);
        expect(call.framesOf('TtsText').map(({ text }) => text)).toEqual(spoken.map(({ text }) => text));
        const samples = spoken.flatMap(({ startUs, endUs }, index) =>
          Array<number>(Math.round(((endUs - startUs) * VOICE_RATE) / 1_000_000)).fill(index),
        );
        expect(ear(call, 1).words.join()).toBe(samples.join());
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  test('is never sent further ahead than the lead, and never late when its audio is there', () => {
    fc.assert(
      fc.property(VOICE, fc.integer({ min: 20, max: 300 }), (voice, leadMs) => {
        const call = stage(voice, false, leadMs);
        call.run(FOR_EVER);
        const { packets } = ear(call, 1);
        const done = call.all('tts.done')[0]?.t ?? 0;
        let sentBytes = 0;
        packets.forEach(({ t, endsAt }, index) => {
          expect(endsAt - t).toBeLessThanOrEqual(ms(leadMs) + EPSILON);
          const dryAt = packets[index - 1]?.endsAt ?? 0;
          sentBytes += call.client.sent[index]?.pcm.length ?? 0;
          if (t <= dryAt + EPSILON) return;
          // The ear was empty: then this packet's audio came only now, or the end that released it.
          const before = call.tts.delivered.filter((chunk) => chunk.t < t);
          const there = before.reduce((sum, chunk) => sum + chunk.bytes, 0);
          expect(there < sentBytes || t === done).toBe(true);
        });
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

test('whenever the session ends, no timer and no service is left running', () => {
  fc.assert(
    fc.property(VOICE, INSTANT, (voice, instant) => {
      const call = stage(voice, false);
      const at = instantOf(voice, false, instant);
      call.at(at / 1_000, () => call.input({ kind: 'end', reason: 'closing time' }));
      call.run(at / 1_000 + 2_000);
      expect(call.session.deadline()).toBeUndefined();
      expect(call.effects.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
      expect(call.ended).toBe(true);
      expect(call.client.sent.filter(({ t }) => t > at)).toEqual([]);
      expect([call.stt.stopped, call.llm.stopped, call.tts.stopped]).toEqual([true, true, true]);
    }),
    { numRuns: 60, seed: 5 },
  );
});

/** Half a sample: less than any two moments that may be told apart by what was heard. */
const EPSILON = 20;

/** Ten minutes: the slowest voice that is drawn needs a few. */
const FOR_EVER = 600_000;
