import { expect, test } from 'vitest';
import { Row } from '../row.test-support.ts';
import { AssistantContext } from './assistant.ts';
import { Conversation } from './conversation.ts';

function aggregator() {
  const conversation = new Conversation('prompt');
  const row = new Row((outlet) => new AssistantContext(conversation, outlet));
  return { row, conversation };
}

test('what was heard enters the conversation, and nothing else of a reply does', () => {
  const { row, conversation } = aggregator();
  row.push(0, { kind: 'LlmText', reply: 1, text: 'We open at nine.' });
  row.push(0, { kind: 'TtsText', reply: 1, text: 'We' });
  expect(conversation.history).toEqual([]);
  row.push(0, { kind: 'Heard', reply: 1, text: 'We open', complete: false });
  expect(conversation.history).toEqual([{ role: 'assistant', content: 'We open' }]);
  expect(row.facts()).toMatchObject([{ what: 'context', role: 'assistant', text: 'We open', merged: false }]);
});

test('what the client tells afterwards takes the place of what was taken for heard', () => {
  const { row, conversation } = aggregator();
  conversation.append('user', 'When?');
  row.push(0, { kind: 'Heard', reply: 1, text: 'We open at nine', complete: false });
  row.push(1, { kind: 'Heard', reply: 1, text: 'We open', complete: false, instead: 'We open at nine' });
  expect(conversation.history.at(-1)).toEqual({ role: 'assistant', content: 'We open' });
  expect(row.facts().at(-1)).toMatchObject({ what: 'context.amended', reply: 1, text: 'We open' });
  row.push(2, { kind: 'Heard', reply: 1, text: '', complete: false, instead: 'nothing of the kind' });
  expect(conversation.history).toHaveLength(2);
  expect(row.facts()).toHaveLength(2);
});

test('a reply that nobody heard was never said', () => {
  const { row, conversation } = aggregator();
  row.push(0, { kind: 'Heard', reply: 1, text: '', complete: false });
  expect(conversation.history).toEqual([]);
  expect(row.facts()).toEqual([]);
});
