import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../limit.ts';
import { Conversation } from './conversation.ts';

const speaker = (n: number) => (n % 2 === 0 ? 'user' : 'assistant');

test('keeps what was said in order and tells whether it was a continuation', () => {
  const conversation = new Conversation('prompt');
  expect(conversation.append('user', 'I would like').merged).toBe(false);
  expect(conversation.append('user', 'a table').merged).toBe(true);
  expect(conversation.append('assistant', 'For when?').merged).toBe(false);
  expect(conversation.append('user', 'Tonight').merged).toBe(false);
  expect(conversation.history).toEqual([
    { role: 'user', content: 'I would like a table' },
    { role: 'assistant', content: 'For when?' },
    { role: 'user', content: 'Tonight' },
  ]);
});

test('a request that was made does not change when the conversation goes on', () => {
  const conversation = new Conversation('prompt');
  conversation.append('user', 'one');
  const [first] = conversation.history;
  conversation.append('user', 'two');
  expect(first?.content).toBe('one');
});

test('a very long conversation forgets its oldest messages', () => {
  const conversation = new Conversation('prompt');
  const most = LIMITS.historyMessagesMax;
  for (let n = 0; n < most + 100; n += 1) conversation.append(speaker(n), String(n));
  expect(conversation.history).toHaveLength(most);
  expect(conversation.history.at(-1)?.content).toBe(String(most + 99));
});

test('a conversation of long messages forgets its oldest ones sooner', () => {
  const conversation = new Conversation('prompt');
  for (let n = 0; n < 200; n += 1)
    conversation.append(speaker(n), `${n} `.padEnd(LIMITS.messageCharsMax, '.'));
  const chars = conversation.history.reduce((sum, { content }) => sum + content.length, 0);
  expect(chars).toBeLessThanOrEqual(LIMITS.historyCharsMax);
  expect(chars).toBeGreaterThan(LIMITS.historyCharsMax - LIMITS.messageCharsMax);
  expect(conversation.history.at(-1)?.content).toMatch(/^199 /);
});

test('a message that is continued without end loses its beginning, and says how much', () => {
  const conversation = new Conversation('prompt');
  const page = 'word '.repeat(800).trim();
  const trimmed = Array.from({ length: 8 }, () => conversation.append('user', page).trimmed);
  expect(trimmed.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(trimmed.slice(5).every((chars) => chars >= page.length)).toBe(true);
  const content = conversation.history[0]?.content ?? '';
  expect(content.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
  expect(content).toMatch(/^word .* word$/);
});

describe('an amendment', () => {
  const spoken = (...lines: readonly string[]) => {
    const conversation = new Conversation('prompt');
    for (const line of lines) {
      const [role, content = ''] = line.split(': ');
      conversation.append(role === 'user' ? 'user' : 'assistant', content);
    }
    const story = () => conversation.history.map(({ role, content }) => `${role}: ${content}`);
    return { conversation, story };
  };

  test('changes the end of what the assistant said last, also behind the caller’s next words', () => {
    const { conversation, story } = spoken('user: a', 'assistant: one two three', 'user: b');
    expect(conversation.amend('two three', 'two')).toBe(true);
    expect(story()).toEqual(['user: a', 'assistant: one two', 'user: b']);
  });

  test('to nothing takes the message out, and joins what the caller said around it', () => {
    const { conversation, story } = spoken('user: a', 'assistant: one', 'user: b');
    expect(conversation.amend('one', '')).toBe(true);
    expect(story()).toEqual(['user: a b']);
  });

  test('of nothing adds what was heard, unless an answer has taken its place', () => {
    const { conversation, story } = spoken('user: a');
    expect(conversation.amend('', 'one')).toBe(true);
    expect(conversation.amend('', 'two')).toBe(false);
    expect(story()).toEqual(['user: a', 'assistant: one']);
  });

  test('of what was never stated changes nothing', () => {
    const { conversation, story } = spoken('user: a', 'assistant: one', 'user: b');
    expect(conversation.amend('two', 'three')).toBe(false);
    expect(new Conversation('prompt').amend('two', 'three')).toBe(false);
    expect(story()).toEqual(['user: a', 'assistant: one', 'user: b']);
  });

  test('keeps the bounds and the turns, however often it comes', () => {
    const length = fc.constantFrom(0, 1, 2, LIMITS.messageCharsMax);
    const step = fc.record({
      role: fc.constantFrom('user', 'assistant', 'amend'),
      chars: length,
      other: length,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const conversation = new Conversation('prompt');
        for (const { role, chars, other } of steps) {
          const text = 'x'.repeat(chars);
          if (role === 'amend') conversation.amend(text, 'x'.repeat(other));
          else if (text !== '') conversation.append(role === 'user' ? 'user' : 'assistant', text);
        }
        const { history } = conversation;
        const chars = history.reduce((sum, { content }) => sum + content.length, 0);
        expect(chars).toBeLessThanOrEqual(LIMITS.historyCharsMax);
        for (const [at, { role, content }] of history.entries()) {
          expect(content.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
          expect(content).not.toBe('');
          if (at > 0) expect(role).not.toBe(history[at - 1]?.role);
        }
      }),
      { numRuns: 200 },
    );
  });
});
