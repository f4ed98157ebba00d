import { expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { LIMITS } from '../limit.ts';
import { Row } from '../row.test-support.ts';
import { Conversation } from './conversation.ts';
import { UserContext } from './user.ts';

function aggregator(windowTokens = 1_000) {
  const conversation = new Conversation('prompt');
  const settings = { systemPrompt: 'prompt', windowTokens };
  const count = (text: string) => text.split(' ').length;
  const row = new Row((outlet) => new UserContext(settings, conversation, outlet, count));
  return { row, conversation };
}

const hears = (text: string): Frame => ({ kind: 'Transcription', text });
const stopped = (turn: number, answer = true): Frame => ({
  kind: 'UserStoppedSpeaking',
  turn,
  answer,
  reply: answer ? turn : 0,
});

test('the pieces of a turn become one message and one request', () => {
  const { row } = aggregator();
  for (const text of [' What time', '', 'is it? ']) row.push(0, hears(text));
  row.push(5, stopped(1));
  expect(row.after.of('LlmMessages')).toMatchObject([
    { turn: 1, reply: 1, messages: [{ role: 'system' }, { role: 'user', content: 'What time is it?' }] },
  ]);
  expect(row.facts().map(({ what }) => what)).toEqual(['turn.committed', 'context', 'llm.request']);
});

test('the end of the turn passes on before the request that follows from it', () => {
  const { row } = aggregator();
  row.push(0, hears('hello'));
  row.push(0, stopped(1));
  expect(row.after.kinds()).toEqual(['Transcription', 'UserStoppedSpeaking', 'LlmMessages']);
});

test('a turn that is not answered asks nothing; its words wait for the next one', () => {
  const { row, conversation } = aggregator();
  row.push(0, hears('by the way'));
  row.push(0, stopped(1, false));
  expect(conversation.history).toEqual([]);
  row.push(0, hears('hello'));
  row.push(0, stopped(2));
  expect(conversation.history).toEqual([{ role: 'user', content: 'by the way hello' }]);
});

test('asked again without new words, the conversation is sent as it is', () => {
  const { row, conversation } = aggregator();
  conversation.append('user', 'where is it');
  row.push(0, stopped(2));
  expect(conversation.history).toEqual([{ role: 'user', content: 'where is it' }]);
  expect(row.after.of('LlmMessages')[0]?.messages).toHaveLength(2);
});

test('a new prompt goes with the next request', () => {
  const { row, conversation } = aggregator();
  conversation.systemPrompt = 'in rhymes';
  row.push(0, hears('hello'));
  row.push(0, stopped(1));
  expect(row.after.of('LlmMessages')[0]?.messages[0]).toEqual({ role: 'system', content: 'in rhymes' });
});

test('a recogniser that never stops cannot fill the memory', () => {
  const { row, conversation } = aggregator();
  for (let n = 0; n < LIMITS.messageCharsMax; n += 1) row.push(0, hears(`w${n}`));
  row.push(0, stopped(1));
  const { content } = conversation.history[0] ?? { content: '' };
  expect(content.length).toBeLessThanOrEqual(LIMITS.messageCharsMax);
  expect(content).toMatch(/^w\d+ .* w19999$/);
  const said = Array.from({ length: LIMITS.messageCharsMax }, (_, n) => `w${n}`).join(' ').length;
  expect(row.facts()).toContainEqual({
    t: 0,
    who: 'agent',
    what: 'context.trimmed',
    role: 'user',
    where: 'conversation',
    chars: said - content.length,
  });
});

test('a last message beyond the window goes without its beginning, and that is stated', () => {
  const { row } = aggregator(200);
  row.push(0, hears(`${'word '.repeat(1_000)}the end`));
  row.push(0, stopped(1));
  const [request] = row.after.of('LlmMessages');
  expect(request?.tokens).toBeLessThanOrEqual(200);
  expect(request?.messages.at(-1)?.content).toMatch(/^word .*the end$/);
  expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'context.trimmed', where: 'window' }));
});
