// What stays before the model when it has left the window, and how a summary of it comes about without
// anybody waiting for it.
import { describe, expect, test } from 'vitest';
import { type LlmAnswer, LOST, ScriptedLlm } from '../cast.test-support.ts';
import type { AgentFact } from '../fact.ts';
import { LIMITS } from '../limit.ts';
import { Outlet } from '../outlet.ts';
import { ms, seconds } from '../time.ts';
import { TimerTable } from '../timer.ts';
import type { HttpRequest } from '../wire.ts';
import { Conversation } from './conversation.ts';
import { importantIn } from './important.ts';
import { Memory } from './memory.ts';
import { Summariser } from './summariser.ts';
import { planSummary } from './summary-request.ts';
import { windowOf } from './window.ts';

const count = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;

function call(answers: LlmAnswer[] = [], windowTokens = 100) {
  const timers = new TimerTable();
  const outlet = new Outlet(timers);
  const conversation = new Conversation('be kind');
  const memory = new Memory(outlet);
  const actors: ScriptedLlm[] = [];
  const settings = { systemPrompt: 'be kind', windowTokens };
  const summariser = new Summariser(
    settings,
    { conversation, memory },
    (hooks) => (actors[0] = new ScriptedLlm(answers, hooks)),
    outlet,
    count,
  );
  const facts: AgentFact[] = [];
  const requests: HttpRequest[] = [];
  const drain = () => {
    for (let effect = outlet.take(); effect !== undefined; effect = outlet.take()) {
      if (effect.kind === 'fact') facts.push(effect.fact);
      if (effect.kind === 'llm') requests.push(effect.request);
    }
    return facts;
  };
  const run = (untilMs: number) => {
    for (let at = timers.next(); at !== undefined && at <= ms(untilMs); at = timers.next())
      summariser.wake(at);
  };
  const talk = (turns: number) => {
    for (let turn = 0; turn < turns; turn += 1) {
      conversation.append('user', `question ${turn} of the caller`);
      conversation.append('assistant', `answer ${turn} of the agent`);
    }
  };
  return {
    conversation,
    memory,
    summariser,
    drain,
    run,
    talk,
    asked: () => actors[0]?.requests ?? [],
    timers,
  };
}

describe('a summary', () => {
  test('is not thought of while there is room', () => {
    const w = call();
    w.talk(2);
    w.summariser.consider(0);
    expect(w.asked()).toEqual([]);
    expect(w.timers.next()).toBeUndefined();
  });

  test('tells the oldest exchanges when the window is nearly full, and goes with the prompt', () => {
    const w = call([{ text: 'The caller said: question 0.' }]);
    w.talk(12);
    w.summariser.consider(0);
    const [request] = w.asked();
    expect(request?.[1]?.content).toMatch(
      /^The caller said: question 0 of the caller\nThe agent said: answer 0/,
    );
    w.run(1_000);
    const fact = w.drain().find(({ what }) => what === 'summary');
    expect(fact).toMatchObject({ messages: expect.any(Number), tokens: 5 });
    const { text, until } = w.memory.summary ?? { text: '', until: 0 };
    expect(text).toBe('The caller said: question 0.');
    expect(w.conversation.history[until]?.role).toBe('user');
    expect(until).toBeGreaterThan(10);
    const { messages, tokens } = windowOf(
      'be kind',
      w.conversation.history,
      100,
      count,
      w.memory.recollection,
    );
    expect(messages[0]?.content).toBe(`be kind\n\nEarlier in this call, in short:\n${text}`);
    expect(tokens).toBeLessThanOrEqual(100);
    // Nothing falls between what is told in short and what is sent as it is.
    expect(24 - (messages.length - 1)).toBeLessThanOrEqual(until);
  });

  test('contains the one before it and goes on where that ended', () => {
    const w = call([{ text: 'The caller said: first.' }, { text: 'The caller said: first and second.' }]);
    w.talk(12);
    w.summariser.consider(0);
    w.run(1_000);
    const until = w.memory.summary?.until ?? 0;
    w.talk(12);
    w.summariser.consider(ms(1_000));
    const source = w.asked()[1]?.[1]?.content ?? '';
    expect(source.split('\n').slice(0, 2)).toEqual([
      'The caller said: first.',
      `The caller said: ${w.conversation.history[until]?.content}`,
    ]);
    w.run(2_000);
    expect(w.memory.summary?.text).toBe('The caller said: first and second.');
    expect(w.memory.summary?.until).toBeGreaterThan(until);
  });

  test.each([
    ['the model fails', { text: '', failure: LOST }],
    ['the model writes nothing', { text: ' ' }],
  ])('is done without when %s; the next quiet moment is another chance', (_, answer) => {
    const w = call([answer, { text: 'The caller said: it.' }]);
    w.talk(12);
    w.summariser.consider(0);
    w.run(1_000);
    expect(w.memory.recollection.beyond).toBe('');
    expect(w.drain().map(({ what }) => what)).toContain('summary.failed');
    w.summariser.consider(ms(1_000));
    w.run(2_000);
    expect(w.memory.summary?.text).toBe('The caller said: it.');
  });

  test('that never comes is given up, paid for, and leaves no timer behind', () => {
    const w = call([{ text: 'late', firstTokenMs: 1_000_000 }]);
    w.talk(12);
    w.summariser.consider(0);
    w.summariser.wake(LIMITS.summaryUs);
    expect(w.drain()).toContainEqual(
      expect.objectContaining({ what: 'usage.llm', background: true, wasted: true, reply: 0 }),
    );
    expect(w.memory.recollection.beyond).toBe('');
    w.summariser.consider(seconds(30));
    w.summariser.stop(seconds(31));
    expect(w.drain().at(-1)).toMatchObject({ what: 'summary.failed', reason: 'the call is over' });
  });

  test('is counted as the vendor counted it, and not as a reply', () => {
    const usage = { promptTokens: 70, cachedTokens: 0, completionTokens: 9 };
    const w = call([{ text: 'The caller said: it.', usage }]);
    w.talk(12);
    w.summariser.consider(0);
    w.run(1_000);
    expect(w.drain()).toContainEqual(
      expect.objectContaining({ what: 'usage.llm', reply: 0, background: true, wasted: false, ...usage }),
    );
  });

  test('of messages that are long is asked for in pieces that are not', () => {
    const history = Array.from({ length: 100 }, (_, n) => ({
      role: n % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `${n} ${'word '.repeat(500)}`,
    }));
    const need = { history, told: 0, summary: '', windowTokens: 20_000, fixedTokens: 10 };
    const plan = planSummary(need, count);
    const chars = plan?.request[1]?.content.length ?? Infinity;
    expect(chars).toBeLessThanOrEqual(LIMITS.summarySourceCharsMax + 100 * 20);
    expect(plan?.messages).toBeGreaterThan(10);
  });
});

describe('a pin', () => {
  test('is kept word for word and once, and blank text is none', () => {
    const w = call();
    w.memory.pin(0, ' The caller is a member. ');
    w.memory.pin(1, 'The caller is a member.');
    w.memory.pin(2, '  ');
    expect(w.memory.recollection.always).toBe('Facts to keep in mind:\nThe caller is a member.');
    expect(w.drain()).toHaveLength(1);
  });

  test('of the app outlives any number of the agent’s own', () => {
    const w = call();
    w.memory.pin(0, 'The caller is a member.');
    for (let n = 0; n < 100; n += 1) w.memory.notice(n, `Please remember the number ${n}.`);
    const { always, beyond } = w.memory.recollection;
    expect(always.split('\n')).toEqual(['Facts to keep in mind:', 'The caller is a member.']);
    const lines = beyond.split('\n').slice(1);
    expect(lines).toHaveLength(LIMITS.pinsMax - 1);
    expect(lines.at(-1)).toBe('The caller said: Please remember the number 99.');
  });

  test('of the app is before the model from the first turn on, the agent’s own when they are needed', () => {
    const w = call();
    w.memory.pin(0, 'The caller is a member.');
    w.memory.notice(0, 'My name is Nora.');
    w.talk(1);
    const prompt = () => {
      const { messages } = windowOf('be kind', w.conversation.history, 100, count, w.memory.recollection);
      return messages[0]?.content;
    };
    expect(prompt()).toBe('be kind\n\nFacts to keep in mind:\nThe caller is a member.');
    w.talk(20);
    expect(prompt()).toMatch(
      /The caller is a member\.\n\nWhat the caller .*\nThe caller said: My name is Nora\.$/s,
    );
  });

  test('takes no more than a quarter of the window, whatever is pinned', () => {
    const w = call();
    for (let n = 0; n < 24; n += 1) w.memory.pin(n, `fact ${n} ${'of some length '.repeat(10)}`);
    w.talk(40);
    const { messages, tokens } = windowOf(
      'be kind',
      w.conversation.history,
      200,
      count,
      w.memory.recollection,
    );
    expect(count(messages[0]?.content ?? '')).toBeLessThanOrEqual(2 + 50);
    expect(tokens).toBeLessThanOrEqual(200);
    expect(messages.length).toBeGreaterThan(10);
  });

  test.each([
    ['Hello, my name is Nora.', true],
    ['I am allergic to nuts.', true],
    ['Please keep in mind that I come late.', true],
    ['It is zero three zero five five five one.', true],
    ['My number is on the letter.', true],
    ['Do you remember what is important?', false],
    ['What time do you open?', false],
  ])('of the agent’s own: %s %s', (sentence, kept) => {
    expect(importantIn(`Well. ${sentence}`)).toEqual(kept ? [sentence] : []);
  });
});

describe('calls of tools in the history', () => {
  const calls = [{ id: 'call_1', name: 'look', arguments: '{}' }];

  test('keep the caller’s messages apart, and their result takes its place', () => {
    const { conversation } = call();
    conversation.append('user', 'a');
    conversation.called(calls, 'pending');
    conversation.append('user', 'b');
    conversation.resolved('call_1', 'seen');
    conversation.resolved('call_9', 'nothing');
    expect(conversation.history.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: a',
      'assistant: ',
      'tool: seen',
      'user: b',
    ]);
  });

  test('are forgotten as a whole', () => {
    const { conversation } = call();
    conversation.append('user', 'x'.repeat(LIMITS.messageCharsMax));
    conversation.called(calls, 'y'.repeat(LIMITS.toolResultCharsMax));
    for (let n = 0; n < 60; n += 1) {
      conversation.append(n % 2 === 0 ? 'assistant' : 'user', 'z'.repeat(LIMITS.messageCharsMax));
      expect(conversation.history[0]?.role).not.toBe('tool');
    }
    expect(conversation.forgotten).toBeGreaterThan(3);
  });

  test('never begin a window', () => {
    const { conversation } = call();
    conversation.append('user', 'long ago '.repeat(20));
    conversation.called(calls, 'seen');
    conversation.append('assistant', 'It is there.');
    conversation.append('user', 'And now?');
    const { messages } = windowOf('p', conversation.history, 30, count);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
  });

  test('leave what was heard of the reply open to correction', () => {
    const { conversation } = call();
    conversation.append('user', 'a');
    conversation.append('assistant', 'one two');
    conversation.called(calls, 'seen');
    expect(conversation.amend('two', '')).toBe(true);
    expect(conversation.history[1]?.content).toBe('one');
  });
});
