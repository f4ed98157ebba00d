// What is sent: the conversation in the vendor's form, and nothing that it refuses.
import { expect, test } from 'vitest';
import type { ChatMessage, GenerationWish } from '../../core/provider.ts';
import { anthropicSettings } from './index.ts';
import { messagesBody, messagesHeaders, messagesUrl } from './request.ts';

const settings = anthropicSettings.parse({ apiKey: 'sk-ant-1' });

const bodyOf = (messages: readonly ChatMessage[], wish?: GenerationWish, more: object = {}) =>
  JSON.parse(messagesBody(anthropicSettings.parse({ apiKey: 'k', ...more }), messages, wish));

test('the address and the headers name the key and the version', () => {
  expect(messagesUrl(settings)).toBe('https://api.anthropic.com/v1/messages');
  expect(messagesHeaders(settings)).toEqual({
    'content-type': 'application/json',
    accept: 'text/event-stream',
    'x-api-key': 'sk-ant-1',
    'anthropic-version': '2026-10-21',
  });
});

test('the system prompt stands beside the messages, and the newer version gets no temperature', () => {
  const messages: readonly ChatMessage[] = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Hi' },
    { role: 'system', content: 'The caller is Ann.' },
    { role: 'assistant', content: 'Hello.' },
    { role: 'user', content: 'Open?' },
  ];
  expect(bodyOf(messages)).toEqual({
    model: 'claude-haiku-4-5',
    max_tokens: 150,
    system: 'Be short.\n\nThe caller is Ann.',
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'Open?' },
    ],
    stream: true,
  });
});

test('the older version gets a temperature, within its own range', () => {
  const older = { version: '2023-06-01', temperature: 1.4, model: 'claude-sonnet-4-5' };
  const user = [{ role: 'user' as const, content: 'Hi' }];
  expect(bodyOf(user, undefined, older)).toMatchObject({ temperature: 1, model: 'claude-sonnet-4-5' });
});

test('calls and their results are blocks, results of one answer in one message', () => {
  const calls = [
    { id: 'call:1', name: 'look', arguments: '{"day":"Monday"}' },
    { id: 'b', name: 'book', arguments: 'no json' },
  ];
  const messages: readonly ChatMessage[] = [
    { role: 'user', content: 'Book it' },
    { role: 'assistant', content: '', calls },
    { role: 'tool', callId: 'call:1', content: 'free' },
    { role: 'tool', callId: 'b', content: 'refused' },
    { role: 'assistant', content: 'Sorry.' },
    { role: 'assistant', content: 'One moment.', calls: [{ id: 'c', name: 'look', arguments: '' }] },
    { role: 'tool', callId: 'c', content: '' },
  ];
  const parameters = { type: 'object' };
  const tools = [{ name: 'look', description: 'looks', parameters }];
  expect(bodyOf(messages, { tools, tokensMax: 40 })).toMatchObject({
    max_tokens: 40,
    tools: [{ name: 'look', description: 'looks', input_schema: parameters }],
    messages: [
      { role: 'user', content: 'Book it' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'look', input: { day: 'Monday' } },
          { type: 'tool_use', id: 'b', name: 'book', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'free' },
          { type: 'tool_result', tool_use_id: 'b', content: 'refused' },
        ],
      },
      { role: 'assistant', content: 'Sorry.' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'One moment.' },
          { type: 'tool_use', id: 'c', name: 'look', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '' }] },
    ],
  });
});

test('empty text is left out, and a conversation that the agent begins is begun for the caller', () => {
  const greeting: readonly ChatMessage[] = [
    { role: 'assistant', content: 'Hello, this is Parley.' },
    { role: 'user', content: ' ' },
  ];
  expect(bodyOf(greeting).messages).toEqual([
    { role: 'user', content: '(The call begins.)' },
    { role: 'assistant', content: 'Hello, this is Parley.' },
  ]);
  expect(bodyOf([{ role: 'system', content: 'Greet.' }]).messages).toEqual([
    { role: 'user', content: '(The call begins.)' },
  ]);
});
