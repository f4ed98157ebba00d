// The context rebuilt from what the agent stated of it: turns that went on, answers heard in part, guesses
// before a commit, and a window that older messages have left.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { rebuildMemory } from './memory.ts';

type Told = readonly [what: string, fields: Readonly<Record<string, unknown>>];
const said = (role: string, text: string, merged = false): Told => ['context', { role, text, merged }];
const asks = (reply: number, messages: number): Told => [
  'llm.request',
  { turn: reply, reply, messages, tokens: 1 },
];

function seenBy(reply: number, ...told: readonly Told[]): { texts: string[]; outside: number | undefined } {
  const facts = told.map(([what, fields], t) => ({ t, who: 'agent', what, ...fields }));
  const { messages, requests } = rebuildMemory(facts as unknown as readonly Fact[]);
  const request = requests.get(reply);
  return {
    texts: request?.seen.map((index) => messages[index]?.text ?? '') ?? [],
    outside: request?.outside,
  };
}

test('a turn that goes on is one message', () => {
  const seen = seenBy(1, said('user', 'I am Nora'), said('user', 'and I am late', true), asks(1, 2));
  expect(seen).toEqual({ texts: ['I am Nora and I am late'], outside: 0 });
});

test('an answer counts as far as it was heard, also when that is learnt later', () => {
  const before = [said('user', 'Hello'), said('assistant', 'We open at nine every day')];
  const heard: Told = ['context.amended', { reply: 1, text: 'We open' }];
  expect(seenBy(2, ...before, heard, said('user', 'When?'), asks(2, 4)).texts).toEqual([
    'Hello',
    'We open',
    'When?',
  ]);
});

test('an answer that nobody heard leaves one message of the caller’s', () => {
  const unheard: Told = ['context.amended', { reply: 1, text: '' }];
  const told = [
    said('user', 'Hello'),
    said('assistant', 'We open'),
    said('user', 'When?'),
    unheard,
    asks(2, 2),
  ];
  expect(seenBy(2, ...told).texts).toEqual(['Hello When?']);
});

test('a speculated reply saw what was recognised so far, and left no trace of it', () => {
  const guess: Told = ['speculated', { turn: 1, reply: 1, text: 'Tell me' }];
  const told = [guess, asks(1, 2), said('user', 'Tell me more'), asks(2, 2)];
  expect(seenBy(1, ...told).texts).toEqual(['Tell me']);
  expect(seenBy(2, ...told).texts).toEqual(['Tell me more']);
});

test('what has left the window is counted, and the newest stay', () => {
  const told = ['one', 'two', 'three'].flatMap((text) => [said('user', text), said('assistant', `${text}!`)]);
  const seen = seenBy(4, ...told, said('user', 'four'), asks(4, 4));
  expect(seen).toEqual({ texts: ['three', 'three!', 'four'], outside: 4 });
});

test('a prompt that was changed is the first of them', () => {
  const seen = seenBy(1, said('system', 'Be brief.'), said('user', 'Hello'), asks(1, 2));
  expect(seen.texts).toEqual(['Be brief.', 'Hello']);
});
