import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatMessage } from '../provider.ts';
import { windowOf } from './window.ts';

const count = (text: string) => text.split(' ').filter((word) => word !== '').length;
const said = (...texts: string[]): ChatMessage[] =>
  texts.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));
const texts = ({ messages }: { messages: readonly ChatMessage[] }) => messages.map(({ content }) => content);

test('everything goes while there is room, the prompt first', () => {
  const window = windowOf('be kind', said('a b', 'c', 'd'), 100, count);
  expect(texts(window)).toEqual(['be kind', 'a b', 'c', 'd']);
  expect(window.tokens).toBe(2 + 2 + 1 + 1 + 4 * 4);
});

test('the newest whole messages stay, and the first of them is the caller’s', () => {
  const history = said('old', 'old answer', 'new question', 'new answer', 'newest');
  // prompt 5, newest 5, new answer 6, new question 6: the last does not fit, so its answer goes too.
  expect(texts(windowOf('p', history, 21, count))).toEqual(['p', 'newest']);
  expect(texts(windowOf('p', history, 22, count))).toEqual(['p', 'new question', 'new answer', 'newest']);
});

test('the last message goes, however long it is', () => {
  expect(texts(windowOf('p', said('a b c d e f g h'), 5, count))).toEqual(['p', 'a b c d e f g h']);
});

test('any window: a suffix of the conversation, within its tokens unless it is one message', () => {
  const word = fc.array(fc.constant('w'), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 5, max: 120 }),
      (all, max) => {
        const history = said(...all);
        const { messages, tokens } = windowOf('prompt', history, max, count);
        const kept = messages.slice(1);
        expect(kept).toEqual(history.slice(history.length - kept.length));
        expect(kept.length).toBeGreaterThan(0);
        expect(tokens).toBe(messages.reduce((sum, { content }) => sum + count(content) + 4, 0));
        if (kept.length > 1) expect(kept[0]?.role).toBe('user');
        if (kept.length > 1) expect(tokens).toBeLessThanOrEqual(max);
      },
    ),
    { seed: 1 },
  );
});
