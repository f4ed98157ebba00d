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

test('a last message beyond the window goes without its beginning', () => {
  const long = Array.from({ length: 1_000 }, (_, n) => `w${n}`).join(' ');
  const { messages, tokens, trimmed } = windowOf('p', said('before', 'it', long), 100, count);
  expect(messages).toHaveLength(2);
  const kept = messages[1]?.content ?? '';
  expect(long.endsWith(kept)).toBe(true);
  expect(trimmed).toBe(long.length - kept.length);
  expect(tokens).toBeLessThanOrEqual(100);
  expect(tokens).toBeGreaterThan(85);
});

test('a prompt beyond half the window goes without its end, so that the caller is heard', () => {
  const prompt = Array.from({ length: 1_000 }, (_, n) => `p${n}`).join(' ');
  const { messages, tokens } = windowOf(prompt, said('where is it'), 100, count);
  expect(prompt.startsWith(messages[0]?.content ?? '?')).toBe(true);
  expect(messages[1]?.content).toBe('where is it');
  expect(tokens).toBeLessThanOrEqual(100);
});

test('any window: whole newest messages, or the end of the last, within its tokens', () => {
  const word = fc.array(fc.constant('w'), { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 20, max: 120 }),
      (all, max) => {
        const history = said(...all);
        const { messages, tokens, trimmed } = windowOf('prompt', history, max, count);
        const kept = messages.slice(1);
        const whole = history.slice(history.length - kept.length);
        expect(kept.slice(0, -1)).toEqual(whole.slice(0, -1));
        expect(kept.at(-1)?.content).toBe(whole.at(-1)?.content.slice(trimmed));
        expect(kept.at(-1)?.content).not.toBe('');
        expect(tokens).toBe(messages.reduce((sum, { content }) => sum + count(content) + 4, 0));
        if (kept.length > 1) expect(kept[0]?.role).toBe('user');
        expect(tokens).toBeLessThanOrEqual(max);
      },
    ),
    { seed: 1 },
  );
});
