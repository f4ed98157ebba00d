// What the emulated model makes of the messages it is given: facts, tools, prompts and summaries.
import { describe, expect, test } from 'vitest';
import { SUMMARY_PROMPT } from '#agent/core/context/summary-request.ts';
import type { ChatMessage } from '#agent/core/provider.ts';
import { type Brain, think } from './brain.ts';

const brain: Brain = {
  facts: [
    { id: 'name', pattern: 'my name is (\\w+)', from: 'user' },
    { id: 'city', pattern: 'to (\\w+)', from: 'user' },
    { id: 'ride', pattern: '\\b(tram)\\b', from: 'assistant' },
    { id: 'sky', pattern: 'sky is (\\w+)', from: 'tool' },
  ],
  replies: [
    { when: 'who am i', say: 'You are {name}.', otherwise: 'I do not know.' },
    { when: 'how do i get there', say: 'By {ride}.', otherwise: 'Where?' },
    { when: 'food', say: 'Fish.' },
    { when: 'food', prompt: 'museum', say: 'In our cafe.' },
    {
      when: 'weather',
      calls: [
        { tool: 'weather', input: { city: '{city}', days: 1 } },
        { tool: 'news', input: {} },
      ],
      meanwhile: 'One moment.',
      say: 'It will be {sky}.',
      otherwise: 'I could not find out.',
    },
  ],
  fallback: 'Sorry?',
};

const never = () => false;
const user = (content: string): ChatMessage => ({ role: 'user', content });
const agent = (content: string): ChatMessage => ({ role: 'assistant', content });
const system = (content: string): ChatMessage => ({ role: 'system', content });
const tool = (content: string): ChatMessage => ({ role: 'tool', callId: 'a', content });
const says = (...messages: ChatMessage[]) => think(brain, messages, never).text;

test('a rule that is bound to a prompt goes before others, under that prompt alone', () => {
  expect(says(system('You are a museum.'), user('food?'))).toBe('In our cafe.');
  expect(says(system('You are kind.'), user('food?'))).toBe('Fish.');
});

describe('tools', () => {
  const asked = [user('I go to Lisbon.'), user('And the weather?')];

  test('are called with what is known, side by side', () => {
    expect(think(brain, asked, never)).toEqual({
      text: 'One moment.',
      calls: [
        { name: 'weather', arguments: '{"city":"Lisbon","days":1}' },
        { name: 'news', arguments: '{}' },
      ],
    });
  });

  test('are not called without what they need', () => {
    expect(think(brain, [user('And the weather?')], never)).toEqual({
      text: 'I could not find out.',
      calls: [],
    });
  });

  test('have answered when their messages follow, well or badly', () => {
    const calls = { role: 'assistant', content: '', calls: [] } as const;
    expect(says(...asked, calls, tool('the sky is grey'))).toBe('It will be grey.');
    expect(says(...asked, calls, tool('{"error":"no"}'))).toBe('I could not find out.');
  });
});

describe('a summary', () => {
  const summary = (lines: readonly string[], forgets: (id: string) => boolean = never) =>
    think(brain, [system(SUMMARY_PROMPT), user(lines.join('\n'))], forgets).text;
  const lines = [
    'The caller said: Hello. My name is Ada. How are you?',
    'The agent said: Fine. Take the tram.',
    'The caller said: I travel to Rome. No, to Lisbon.',
    'A tool answered: The sky is blue.',
    'and nobody said that my name is Eve.',
  ];

  test('quotes the sentences that hold a fact, of each fact the latest, and nothing else', () => {
    expect(summary(lines)).toBe(
      [
        'The caller said: My name is Ada.',
        'The agent said: Take the tram.',
        'The caller said: No, to Lisbon.',
        'A tool answered: The sky is blue.',
      ].join('\n'),
    );
    expect(summary(['The caller said: Nice day.'])).toBe('Nothing that matters was said.');
  });

  test('loses what is overlooked', () => {
    expect(summary(lines, (id) => id === 'name')).not.toContain('Ada');
  });

  test('of a summary keeps what that kept', () => {
    expect(summary(summary(lines).split('\n'))).toBe(summary(lines));
  });

  test('answers later questions from the system prompt, until something newer is said', () => {
    const prompt = system(`Be kind.\n\nEarlier in this call, in short:\n${summary(lines)}`);
    expect(says(prompt, user('Who am I?'))).toBe('You are Ada.');
    expect(says(prompt, user('How do I get there?'))).toBe('By tram.');
    expect(says(prompt, user('My name is Bo.'), agent('Hello.'), user('Who am I?'))).toBe('You are Bo.');
    expect(says(system('my name is Eve'), user('Who am I?'))).toBe('I do not know.');
  });
});
