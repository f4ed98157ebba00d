// From what the caller said to a request to the model: when the turn is over, or as a draft before that.
import { describe, expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { Row } from '../row.test-support.ts';
import { Conversation } from './conversation.ts';
import { Memory } from './memory.ts';
import { UserContext } from './user.ts';

function aggregator(windowTokens = 1_000) {
  const conversation = new Conversation('prompt');
  const settings = { systemPrompt: 'prompt', windowTokens };
  const count = (text: string) => text.split(' ').length;
  const row = new Row((outlet) => new UserContext(settings, conversation, new Memory(outlet), outlet, count));
  const requests = () =>
    row.after.of('LlmMessages').map(({ messages }) => messages.slice(1).map(({ content }) => content));
  return { row, conversation, requests };
}

type Ended = Frame & { kind: 'UserStoppedSpeaking' };
const ended = (turn: number, text: string, more: Partial<Ended> = {}): Ended => ({
  kind: 'UserStoppedSpeaking',
  turn,
  answer: true,
  reply: turn,
  text,
  trimmed: 0,
  ...more,
});
const guessed = (reply: number, text: string): Frame => ({ kind: 'Speculate', turn: 1, reply, text });

test('the words of a turn become one message and one request', () => {
  const { row } = aggregator();
  row.push(5, ended(1, 'What time is it?'));
  expect(row.after.of('LlmMessages')).toMatchObject([
    { turn: 1, reply: 1, messages: [{ role: 'system' }, { role: 'user', content: 'What time is it?' }] },
  ]);
  expect(row.facts().map(({ what }) => what)).toEqual(['turn.committed', 'context', 'llm.request']);
});

test('the end of the turn passes on before the request that follows from it', () => {
  const { row } = aggregator();
  row.push(0, ended(1, 'hello'));
  expect(row.after.kinds()).toEqual(['UserStoppedSpeaking', 'LlmMessages']);
});

test('a turn that is not answered asks nothing and leaves nothing', () => {
  const { row, conversation } = aggregator();
  row.push(0, ended(1, '', { answer: false, reply: 0 }));
  expect([conversation.history, row.facts()]).toEqual([[], []]);
});

test('asked again without new words, the conversation is sent as it is', () => {
  const { row, conversation, requests } = aggregator();
  conversation.append('user', 'where is it');
  row.push(0, ended(2, ''));
  expect(conversation.history).toEqual([{ role: 'user', content: 'where is it' }]);
  expect(requests()).toEqual([['where is it']]);
});

test('a new prompt goes with the next request', () => {
  const { row, conversation } = aggregator();
  conversation.systemPrompt = 'in rhymes';
  row.push(0, ended(1, 'hello'));
  expect(row.after.of('LlmMessages')[0]?.messages[0]).toMatchObject({ content: 'in rhymes' });
});

describe('a draft', () => {
  test('asks as if the turn were over, and the conversation knows nothing of it', () => {
    const { row, conversation, requests } = aggregator();
    conversation.append('user', 'first of all');
    row.push(0, guessed(1, 'where is it?'));
    expect(requests()).toEqual([['first of all where is it?']]);
    expect(row.after.of('LlmMessages')).toMatchObject([{ turn: 1, reply: 1, draft: true }]);
    expect(conversation.history).toEqual([{ role: 'user', content: 'first of all' }]);
    expect(row.facts().map(({ what }) => what)).toEqual(['llm.request']);
  });

  test('that is the answer is not asked for again; the words enter the conversation', () => {
    const { row, conversation, requests } = aggregator();
    row.push(0, guessed(1, 'where is it?'));
    row.push(9, ended(1, 'Where is it?', { drafted: true }));
    expect(requests()).toHaveLength(1);
    expect(conversation.history).toEqual([{ role: 'user', content: 'Where is it?' }]);
    expect(row.after.kinds().slice(-2)).toEqual(['UserStoppedSpeaking', 'Committed']);
  });

  test('that is not leaves no trace in the next request', () => {
    const { row, requests } = aggregator();
    row.push(0, guessed(1, 'where is it?'));
    row.push(5, { kind: 'Discard', reply: 1 });
    row.push(9, ended(1, 'Where is it from?', { reply: 2 }));
    expect(requests()).toEqual([['where is it?'], ['Where is it from?']]);
  });
});

test('what was lost of a turn at its beginning is stated', () => {
  const { row } = aggregator();
  row.push(0, ended(1, 'the end of it', { trimmed: 77 }));
  expect(row.facts()).toContainEqual({
    t: 0,
    who: 'agent',
    what: 'context.trimmed',
    role: 'user',
    where: 'conversation',
    chars: 77,
  });
});

test('a last message beyond the window goes without its beginning, and that is stated', () => {
  const { row } = aggregator(200);
  row.push(0, ended(1, `${'word '.repeat(1_000)}the end`));
  const [request] = row.after.of('LlmMessages');
  expect(request?.tokens).toBeLessThanOrEqual(200);
  expect(request?.messages.at(-1)?.content).toMatch(/^word .*the end$/);
  expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'context.trimmed', where: 'window' }));
});
