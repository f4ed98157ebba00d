// Stories of calls in which nobody speaks, the money runs out, or the connection breaks.
import { describe, expect, test } from 'vitest';
import { Rehearsal } from '../rehearsal.test-support.ts';
import type { CoreSettings } from '../setting.ts';
import { ms, seconds } from '../time.ts';
import type { PresenceSettings } from './setting.ts';

const LINE = 'Are you still there?';
const FAREWELL = 'I have to end our call here. Thank you, and goodbye.';

const withPresence =
  (change: (defaults: PresenceSettings) => PresenceSettings) =>
  (defaults: CoreSettings): CoreSettings => ({ ...defaults, presence: change(defaults.presence) });

/** A call whose client is ready at once; `change` of the settings of presence. */
function readyCall(change: (defaults: PresenceSettings) => PresenceSettings = (same) => same): Rehearsal {
  const call = new Rehearsal({ settings: withPresence(change) });
  call.does({ kind: 'ready' }, 0);
  return call;
}

describe('silence of the caller', () => {
  test('is asked about twice, each time after eight seconds of it, and then left alone', () => {
    const call = readyCall();
    call.run(60_000);
    const nudges = call.all('nudge');
    expect(nudges.map(({ count, text }) => [count, text])).toEqual([
      [1, LINE],
      [2, LINE],
    ]);
    const [, second] = nudges;
    const [firstHeard] = call.all('context');
    expect([nudges[0]?.t, (second?.t ?? 0) - (firstHeard?.t ?? 0)]).toEqual([seconds(8), seconds(8)]);
    expect(call.story).toEqual([`assistant: ${LINE} ${LINE}`]);
    expect(call.ended).toBe(false);
  });

  test('counts anew when the caller has said something', () => {
    const call = readyCall();
    call.speaks('hello there', { at: 20_000 });
    call.run(60_000);
    expect(call.all('nudge').map(({ count }) => count)).toEqual([1, 2, 1, 2].slice(0, 4));
    expect(call.llm.requests).toHaveLength(1);
  });

  test('ends the call with a farewell where that is wished', () => {
    const call = readyCall((all) => ({ ...all, nudge: { ...all.nudge, thenEnd: true } }));
    call.run(60_000);
    expect(call.all('nudge')).toHaveLength(2);
    expect(call.all('farewell').map(({ text }) => text)).toEqual([FAREWELL]);
    expect(call.all('session.ended').map(({ reason }) => reason)).toEqual([
      'the caller said nothing any more',
    ]);
    expect(call.story.at(-1)).toContain(FAREWELL);
  });

  test('is nobody’s business when it is switched off', () => {
    const call = readyCall((all) => ({ ...all, nudge: { ...all.nudge, afterMs: 0 } }));
    call.run(60_000);
    expect(call.all('nudge')).toEqual([]);
  });

  test('is none while the agent thinks or speaks', () => {
    const call = readyCall((all) => ({ ...all, nudge: { ...all.nudge, afterMs: 1_000 } }));
    call.answers.push({ text: `${'word '.repeat(20)}end.`, firstTokenMs: 4_000 });
    call.speaks('hello there', { at: 300 });
    call.run(30_000);
    const [first] = call.all('nudge');
    const [stopped] = call.framesOf('BotStoppedSpeaking');
    const heard = call.client.frames.find(({ frame }) => frame === stopped);
    expect(first?.t).toBe((heard?.t ?? 0) + seconds(1));
  });

  test('a caller who talks over the question is answered, and the question is no unanswered one', () => {
    const call = readyCall();
    call.answers.push({ text: 'Here I am.' });
    call.speaks('sorry I was away', { at: 8_100 });
    call.run(14_000);
    expect(call.all('turn.committed').map(({ text }) => text)).toEqual(['sorry I was away']);
    expect(call.story.at(-1)).toBe('assistant: Here I am.');
  });
});

describe('a cap on what the call may cost', () => {
  const cost = {
    capUsd: 1,
    sttUsdPerHour: 0,
    llmUsdPerMillionInput: 0,
    llmUsdPerMillionOutput: 0,
    ttsUsdPerThousandCharacters: 10,
  };

  test('near it the reply is spoken to its end, then a farewell, then the call is over', () => {
    const call = readyCall((all) => ({ ...all, cost }));
    call.answers.push({ text: 'This is an answer of some forty characters.' });
    call.speaks('hello there', { at: 300 });
    call.run(30_000);
    const [capped] = call.all('cost.capped');
    expect(capped).toMatchObject({ usd: expect.closeTo(0.43, 2), capUsd: 1 });
    expect(call.all('reply.stopped').map(({ complete }) => complete)).toEqual([true, true]);
    expect(call.story.at(-1)).toBe(`assistant: This is an answer of some forty characters. ${FAREWELL}`);
    expect(call.all('session.ended').map(({ reason }) => reason)).toEqual([
      'the conversation nears its cost cap of 1 USD',
    ]);
    expect(call.client.closedWith).toContain('cost cap');
  });

  test('a caller who never stops talking cannot hold it up for more than thirty seconds', () => {
    const call = readyCall((all) => ({ ...all, cost }));
    call.answers.push({ text: 'This is an answer of some forty characters.' });
    call.speaks('hello there', { at: 300 });
    call.speaks('and on and on', { at: 2_500, lasting: 120_000 });
    call.run(60_000);
    const [capped] = call.all('cost.capped');
    const [ended] = call.all('session.ended');
    expect((ended?.t ?? 0) - (capped?.t ?? 0)).toBeLessThanOrEqual(seconds(30));
  });

  test('without a cap nothing is ever too dear', () => {
    const call = readyCall((all) => ({ ...all, cost: { ...cost, capUsd: 0 } }));
    call.speaks('hello there', { at: 300 });
    call.run(7_000);
    expect([call.all('cost.capped'), call.ended]).toEqual([[], false]);
  });
});

describe('a connection that breaks', () => {
  const TEXT = 'One two three four five six seven eight nine ten eleven twelve.';

  /** The reply to "count please" sounds from 2.7 s to 5.1 s, a word every 200 ms. */
  function counting(change?: (defaults: PresenceSettings) => PresenceSettings): Rehearsal {
    const call = readyCall(change);
    call.answers.push({ text: TEXT });
    call.speaks('count please', { at: 300 });
    return call;
  }

  /** Nothing passes between the two times; the agent is told `toldMs` after the first. */
  function breaks(
    call: Rehearsal,
    { at, back, told = at }: { at: number; back: number; told?: number },
  ): void {
    call.mutes(at);
    call.at(told, () => call.input({ kind: 'client.lost', reason: 'code 1006', sinceUs: ms(at) }));
    call.at(back, () => call.input({ kind: 'client.back' }));
  }

  test('in the middle of a reply: it goes on where it broke off, and all of it was said once', () => {
    const call = counting();
    breaks(call, { at: 3_900, back: 6_900 });
    call.run(3_900);
    const before = call.client.sent.length;
    call.run(6_800);
    expect(call.client.sent.length).toBe(before);
    call.run(12_000);
    expect(call.story).toEqual(['user: count please', `assistant: ${TEXT}`]);
    expect(call.all('client.left')).toMatchObject([{ reason: 'code 1006' }]);
    expect(call.all('client.back')).toMatchObject([{ awayUs: seconds(3) }]);
    expect(call.all('reply.started')).toHaveLength(1);
  });

  test('unnoticed for a while: what was sent into the void is sent again', () => {
    const soon = counting();
    breaks(soon, { at: 3_900, back: 6_900 });
    const late = counting();
    breaks(late, { at: 3_900, back: 6_900, told: 4_500 });
    for (const call of [soon, late]) call.run(12_000);
    expect(late.story).toEqual(soon.story);
    expect(late.client.sent.length - soon.client.sent.length).toBeGreaterThan(20);
  });

  test('noticed only after the reply had ended: the end is said again, and not believed twice', () => {
    const call = counting();
    breaks(call, { at: 3_900, back: 9_000, told: 9_000 });
    call.run(8_900);
    expect(call.story.at(-1)).toBe(`assistant: ${TEXT}`);
    call.run(9_000);
    expect(call.story.at(-1)).toBe('assistant: One two three four five');
    call.run(15_000);
    expect(call.all('repeated')).toHaveLength(1);
    expect(call.story.at(-1)).toBe(`assistant: ${TEXT}`);
  });

  test('before the answer: it is generated meanwhile and spoken to whoever comes back', () => {
    const call = counting();
    breaks(call, { at: 1_250, back: 6_000 });
    call.run(5_900);
    expect([call.llm.requests.length, call.client.sent.length]).toEqual([1, 0]);
    call.run(15_000);
    expect(call.story.at(-1)).toBe(`assistant: ${TEXT}`);
  });

  test('in mid-speech: the caller may speak first, and both halves are one question', () => {
    const call = readyCall();
    call.answers.push({ text: 'Half an answer.' }, { text: 'A whole answer.' });
    call.speaks('I would like to', { at: 300, lasting: 1_000 });
    call.speaks('book a table for two', { at: 4_400 });
    breaks(call, { at: 1_000, back: 4_000 });
    call.at(4_001, () => call.speaks('', { at: 60_000 }));
    call.run(12_000);
    expect(call.story).toEqual(['user: I would like to book a table for two', 'assistant: A whole answer.']);
  });

  test('in mid-speech, before a word could be understood: the caller is asked to say it again', () => {
    const call = readyCall();
    call.speaks('', { at: 300, lasting: 2_000 });
    breaks(call, { at: 1_000, back: 9_000 });
    call.run(15_000);
    expect(call.all('repeated').map(({ text }) => text)).toEqual([
      'Sorry, I could not get an answer just now. Could you say that again?',
    ]);
    expect(call.all('nudge')).toEqual([]);
  });

  test('for longer than the window: the session ends, and what was heard before is all that was', () => {
    const call = counting((all) => ({ ...all, reconnectWindowMs: 4_000 }));
    breaks(call, { at: 3_900, back: 20_000 });
    call.run(30_000);
    expect(call.all('session.ended')).toMatchObject([
      { t: ms(7_900), reason: 'the client did not come back within 4 s' },
    ]);
    expect(call.all('client.back')).toEqual([]);
    expect(call.story.at(-1)).toBe('assistant: One two three four five');
  });

  test('without a window ends the session at once', () => {
    const call = counting((all) => ({ ...all, reconnectWindowMs: 0 }));
    breaks(call, { at: 3_900, back: 4_400 });
    call.run(5_000);
    expect(call.all('session.ended')).toMatchObject([{ t: ms(3_900), reason: 'the client left' }]);
  });

  test('nobody is asked whether they are there while they are not', () => {
    const call = counting();
    breaks(call, { at: 6_000, back: 30_000 });
    call.run(29_000);
    expect(call.all('nudge')).toEqual([]);
  });
});
