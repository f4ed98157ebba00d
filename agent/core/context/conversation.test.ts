import { expect, test } from 'vitest';
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
