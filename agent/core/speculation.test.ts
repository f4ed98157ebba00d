// Answers begun before their turn is over, in whole calls: nobody hears of one that was thrown away, and
// nobody waits for one that was kept.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VOICE_RATE } from './cast.test-support.ts';
import { Rehearsal } from './rehearsal.test-support.ts';
import { ms } from './time.ts';

/** Replies of which a sample was sent to the client. */
const sounded = (call: Rehearsal): Set<number> =>
  new Set(
    call.client.sent.flatMap(({ pcm }) =>
      [...new Int16Array(pcm.slice().buffer)].map((sample) => Math.floor(sample / 1_000)),
    ),
  );

test('the voice is ready when the turn ends: the reply leaves in that moment', () => {
  const call = new Rehearsal();
  call.answers.push({ text: 'At nine.', firstTokenMs: 50 });
  call.speaks('When do you open?', { at: 500 });
  call.run(4_000);
  const [committed] = call.all('turn.committed');
  const [started] = call.all('reply.started');
  expect(call.all('llm.request')[0]?.t).toBeLessThan(committed?.t ?? 0);
  expect(started?.t).toBe(committed?.t);
  expect(call.all('usage.llm').filter(({ wasted }) => wasted)).toEqual([]);
});

test('the caller goes on: model and voice stop, what they made is counted, and nothing else is left', () => {
  const call = new Rehearsal();
  call.answers.push({ text: 'Never heard. And never told to anyone.', firstTokenMs: 20, tokenMs: 20 });
  call.speaks('Where is it?', { at: 500 });
  call.speaks('The museum?', { at: 1_480 });
  call.run(6_000);
  const [discarded] = call.all('discarded');
  expect(discarded).toMatchObject({ turn: 1, reply: 1 });
  expect(call.all('cancelled').map(({ stage, t }) => [stage, t])).toEqual(
    ['llm', 'tts'].map((stage) => [stage, discarded?.t]),
  );
  expect(call.all('usage.llm')[0]).toMatchObject({ reply: 1, wasted: true });
  expect(call.story).toEqual(['user: Where is it? The museum?', 'assistant: Yes, of course.']);
  expect([...sounded(call)]).toEqual([2]);
  expect(
    call.facts.filter((fact) => fact.what.startsWith('reply.') && 'reply' in fact && fact.reply === 1),
  ).toEqual([]);
});

test('two words over a reply, and it goes on with every sample heard', () => {
  const call = new Rehearsal();
  call.answers.push({ text: 'one two three four five six seven eight nine ten' });
  call.types('count', { at: 0 });
  call.speaks('Mm-hm.', { at: 800, lasting: 300 });
  call.run(8_000);
  expect(call.all('ducked')).toHaveLength(1);
  expect(call.all('classified')).toMatchObject([{ as: 'backchannel' }]);
  expect(call.all('resumed')).toHaveLength(1);
  expect(call.story).toEqual(['user: count', 'assistant: one two three four five six seven eight nine ten']);
  const heard = call.client.sent.flatMap(({ pcm }) => [...new Int16Array(pcm.slice().buffer)]);
  const words = (call.tts.words.get(1) ?? []).map((_, index) =>
    heard.filter((sample) => sample === 1_200 + index),
  );
  expect(words.every((samples) => samples.length >= 0.2 * VOICE_RATE)).toBe(true);
});

test('an interruption in the last 200 ms of a reply is a turn like any other', () => {
  for (let at = 200; at <= 900; at += 20) {
    const call = new Rehearsal();
    call.answers.push({ text: 'Yes, sir.' }, { text: 'Very well.' });
    call.types('hello', { at: 0 });
    call.speaks('And tomorrow?', { at });
    call.run(8_000);
    expect(call.story.at(-1)).toBe('assistant: Very well.');
    expect(call.story.at(-2)).toMatch(/And tomorrow\?$/);
    expect(call.all('reply.stopped').map(({ reply }) => reply)).toHaveLength(2);
  }
});

describe('whatever the caller says and whenever', () => {
  const texts = ['Where is it?', 'I need a table.', 'And then', 'Mm-hm.', '', 'Stop.', 'My number is 555'];
  const utterance = fc.record({
    text: fc.constantFrom(...texts),
    gapMs: fc.integer({ min: 60, max: 2_500 }),
    lasting: fc.integer({ min: 80, max: 1_200 }),
  });
  const delays = fc.record({
    finalMs: fc.integer({ min: 5, max: 700 }),
    firstTokenMs: fc.integer({ min: 1, max: 900 }),
    chunkDelayMs: fc.integer({ min: 1, max: 120 }),
  });

  test('nothing of a reply that was thrown away is heard, remembered or stated; every turn ends', () => {
    fc.assert(
      fc.property(fc.array(utterance, { minLength: 1, maxLength: 8 }), delays, (utterances, drawn) => {
        const call = new Rehearsal();
        call.stt.script.finalMs = drawn.finalMs;
        call.tts.script.delayMs = () => drawn.chunkDelayMs;
        for (let reply = 1; reply <= 60; reply += 1) {
          call.answers.push({ text: `Number ${reply}, as you like.`, firstTokenMs: drawn.firstTokenMs });
        }
        let at = 500;
        for (const { text, gapMs, lasting } of utterances) {
          call.speaks(text, { at, lasting });
          at += lasting + gapMs;
        }
        call.run(at + 7_000);
        const thrownAway = new Set(call.all('discarded').map(({ reply }) => reply));
        const heard = sounded(call);
        for (const reply of thrownAway) expect(heard.has(reply)).toBe(false);
        const stated = call.facts.filter(
          (fact) =>
            fact.what === 'reply.started' || fact.what === 'reply.stopped' || fact.what === 'interrupted',
        );
        expect(stated.filter(({ reply }) => thrownAway.has(reply))).toEqual([]);
        for (const frame of call.framesOf('Heard')) expect(thrownAway.has(frame.reply)).toBe(false);
        const told = call.story.filter((line) => line.startsWith('assistant')).join(' ');
        for (const reply of thrownAway) expect(told).not.toContain(`Number ${reply},`);
        const begun = call.all('turn.started').length;
        expect(call.all('turn.committed').length + call.all('turn.dropped').length).toBe(begun);
        const answers = call.all('turn.committed').map(({ reply }) => reply);
        const ended = call.all('reply.stopped').map(({ reply }) => reply);
        expect(answers.filter((reply) => !ended.includes(reply))).toEqual([]);
        expect(call.llm.live).toBe(0);
        expect(call.now).toBe(ms(at + 7_000));
      }),
      { numRuns: 150, seed: 3 },
    );
  }, 60_000);
});
