import { expect, test } from 'vitest';
import { Conversation } from './conversation.ts';

test('keeps what was said in order and tells whether it was a continuation', () => {
  const conversation = new Conversation('prompt');
  expect(conversation.append('user', 'I would like')).toBe(false);
  expect(conversation.append('user', 'a table')).toBe(true);
  expect(conversation.append('assistant', 'For when?')).toBe(false);
  expect(conversation.append('user', 'Tonight')).toBe(false);
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
  for (let n = 0; n < 2_100; n += 1) conversation.append(n % 2 === 0 ? 'user' : 'assistant', String(n));
  expect(conversation.history).toHaveLength(2_000);
  expect(conversation.history.at(-1)?.content).toBe('2099');
});
