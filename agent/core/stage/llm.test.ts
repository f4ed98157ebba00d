import { describe, expect, test } from 'vitest';
import { type LlmAnswer, LOST, ScriptedLlm } from '../cast.test-support.ts';
import { Conversation } from '../context/conversation.ts';
import { LIMITS } from '../limit.ts';
import type { LlmFactory } from '../provider.ts';
import { Row } from '../row.test-support.ts';
import { ms, toMs } from '../time.ts';
import { ToolDesk } from '../tool/desk.ts';
import { LlmStage } from './llm.ts';

function stage(answers: LlmAnswer[], tokensMax = 100) {
  const actors: ScriptedLlm[] = [];
  const count = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
  const settings = { tokensMax, apology: 'Sorry.' };
  const row = new Row((outlet) => {
    const tools = new ToolDesk([], new Conversation(''), outlet);
    const factory: LlmFactory = (hooks) => (actors[0] = new ScriptedLlm(answers, hooks));
    return new LlmStage(settings, factory, tools, outlet, count);
  });
  const [actor] = actors;
  if (actor === undefined) throw new Error('no model was made');
  return {
    row,
    actor,
    asks: (atMs: number, reply = 1) =>
      row.push(ms(atMs), { kind: 'LlmMessages', turn: reply, reply, messages: [], tokens: 12 }),
    run: (untilMs: number) => {
      for (let at = row.timers.next(); at !== undefined && at <= ms(untilMs); at = row.timers.next()) {
        row.subject.wake(at);
      }
    },
    text: () =>
      row.after
        .of('LlmText')
        .map(({ text }) => text)
        .join(''),
  };
}

test('messages go in and no further; started, text and ended come out in order', () => {
  const { row, asks, run } = stage([{ text: 'Hello there.' }]);
  asks(0);
  run(1_000);
  expect(row.after.kinds()).toEqual(['LlmStarted', 'Metrics', 'LlmText', 'LlmText', 'LlmEnded']);
  expect(row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1 }]);
  expect(row.timers.next()).toBeUndefined();
});

test('what the vendor counted is noted', () => {
  const usage = { promptTokens: 30, cachedTokens: 10, completionTokens: 5 };
  const { row, asks, run } = stage([{ text: 'Hello.', usage }]);
  asks(0);
  run(1_000);
  expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'usage.llm', ...usage, wasted: false }));
});

test('an interruption cancels at once and accounts for what was made in vain', () => {
  const { row, actor, asks, run, text } = stage([{ text: 'One two three four.', tokenMs: 100 }]);
  asks(0);
  run(210);
  row.push(ms(210), { kind: 'Interruption', turn: 2, reply: 1 });
  run(1_000);
  expect(text()).toBe('One two ');
  expect(actor.cancelled).toEqual([1]);
  expect(row.after.of('LlmEnded')).toEqual([]);
  expect(row.facts()).toContainEqual(
    expect.objectContaining({ what: 'usage.llm', promptTokens: 12, completionTokens: 2, wasted: true }),
  );
});

test('a second request takes the place of the first, which is cancelled', () => {
  const { actor, asks, run, text } = stage([{ text: 'Old.' }, { text: 'New.' }]);
  asks(0, 1);
  asks(10, 2);
  run(1_000);
  expect(actor.cancelled).toEqual([1]);
  expect(text()).toBe('New.');
});

test('when the voice gives a reply up, the rest of its text is not generated', () => {
  const { row, actor, asks, run } = stage([{ text: 'One two three.', tokenMs: 100 }]);
  asks(0);
  run(110);
  row.push(ms(110), { kind: 'BotStoppedSpeaking', reply: 9 }, 'upstream');
  expect(actor.cancelled).toEqual([]);
  row.push(ms(110), { kind: 'BotStoppedSpeaking', reply: 1 }, 'upstream');
  expect(actor.cancelled).toEqual([1]);
});

describe('length', () => {
  test('a reply is cut at its length, and says that it was cut', () => {
    const { row, actor, asks, run, text } = stage([{ text: 'One two three four five.' }], 3);
    asks(0);
    run(1_000);
    expect(text()).toBe('One two three ');
    expect(actor.cancelled).toEqual([1]);
    expect(row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1, cut: true }]);
  });

  test('cut by the vendor, it says so too', () => {
    const { row, asks, run } = stage([{ text: 'One two', finish: 'length' }]);
    asks(0);
    run(1_000);
    expect(row.after.of('LlmEnded')).toMatchObject([{ cut: true }]);
  });
});

describe('a failure', () => {
  test('before any text becomes the apology: no first token, not cut', () => {
    const { row, asks, run, text } = stage([{ text: '', failure: LOST }]);
    asks(0);
    run(1_000);
    expect(text()).toBe('Sorry.');
    expect(row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1 }]);
    expect(row.after.of('Error')).toMatchObject([{ stage: 'llm', fatal: false }]);
    expect(row.facts().map(({ what }) => what)).toEqual(['error', 'llm.done']);
  });

  test('after a sentence ends the reply there, and says that it was cut', () => {
    const { row, asks, run, text } = stage([{ text: 'At nine. On Sundays', failure: LOST }]);
    asks(0);
    run(1_000);
    expect(text()).toBe('At nine. On Sundays');
    expect(row.after.of('LlmEnded')).toMatchObject([{ cut: true }]);
  });

  test('before the first sentence is over leaves nothing worth hearing: the apology follows', () => {
    const { row, asks, run, text } = stage([{ text: 'We open', failure: LOST }]);
    asks(0);
    run(1_000);
    expect(text()).toBe('We open… Sorry.');
    expect(row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1 }]);
  });

  test.each([
    ['from the beginning', '', 0, 'Sorry.'],
    ['after its first words', 'We open', 107, 'We open… Sorry.'],
  ])('is also to be silent for too long, %s', (_, said, spokeMs, heard) => {
    const slow = {
      text: `${said} at nine.`.trim(),
      tokenMs: 5,
      ...(said === '' ? { firstTokenMs: 60_000 } : {}),
    };
    const { row, actor, asks, run, text } = stage([slow]);
    asks(0);
    run(spokeMs);
    if (said !== '') actor.stalls();
    const giveUpMs = toMs(LIMITS.answerUs) + (said === '' ? 0 : 105);
    run(giveUpMs - 1);
    expect(text().trim()).toBe(said);
    run(giveUpMs);
    expect(text().replace(' …', '…')).toBe(heard);
    expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'error', reason: 'timeout' }));
    expect(actor.live).toBe(0);
  });

  test('of which the vendor knows nothing, an empty answer, becomes the apology', () => {
    const { row, asks, run, text } = stage([{ text: '' }]);
    asks(0);
    run(1_000);
    expect(text()).toBe('Sorry.');
    expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'error', reason: 'malformed' }));
  });
});
