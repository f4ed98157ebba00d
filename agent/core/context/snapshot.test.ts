// A conversation that goes on somewhere else: what the model is asked with there is what it would have been
// asked with here, whatever has been said, pinned, put in short and forgotten.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../limit.ts';
import { Outlet } from '../outlet.ts';
import { TimerTable } from '../timer.ts';
import { Conversation } from './conversation.ts';
import { Memory } from './memory.ts';
import { type ConversationSnapshot, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { windowOf } from './window.ts';

const count = (text: string) => Math.ceil(text.length / 4);

const empty = () => ({
  conversation: new Conversation('the prompt of another release'),
  memory: new Memory(new Outlet(new TimerTable())),
});

type Parts = ReturnType<typeof empty>;

const requestOf = ({ conversation, memory }: Parts) =>
  windowOf(conversation.systemPrompt, conversation.history, 200, count, memory.recollection);

/** As it comes out of a store. */
const throughText = (snapshot: ConversationSnapshot): ConversationSnapshot =>
  JSON.parse(JSON.stringify(snapshot)) as ConversationSnapshot;

function goneOnWith(here: Parts): Parts {
  const there = empty();
  const snapshot = throughText(takeSnapshot(here.conversation, here.memory));
  restoreSnapshot(snapshot, there.conversation, there.memory);
  return there;
}

type Step = (parts: Parts) => void;

const text = fc.string({ minLength: 1, maxLength: 60 });
const step: fc.Arbitrary<Step> = fc.oneof(
  text.map(
    (said): Step =>
      ({ conversation }) =>
        void conversation.append('user', said),
  ),
  text.map(
    (said): Step =>
      ({ conversation }) =>
        void conversation.append('assistant', said),
  ),
  text.map(
    (fact): Step =>
      ({ memory }) =>
        memory.pin(0, fact),
  ),
  text.map(
    (name): Step =>
      ({ memory }) =>
        memory.notice(0, `My name is ${name}`),
  ),
  text.map(
    (prompt): Step =>
      ({ conversation }) => {
        conversation.systemPrompt = prompt;
      },
  ),
  fc.nat(20).map(
    (until): Step =>
      ({ memory }) =>
        memory.summarised({ text: `up to ${until}`, until }),
  ),
  text.map(
    (id): Step =>
      ({ conversation }) => {
        conversation.called([{ id, name: 'look_up', arguments: '{}' }], 'pending');
        conversation.resolved(id, `found ${id}`);
      },
  ),
);

test('what the model is asked is the same, whatever happened before and whatever comes after', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 10 }), (before, after) => {
      const here = empty();
      for (const take of before) take(here);
      const there = goneOnWith(here);
      expect(requestOf(there)).toEqual(requestOf(here));
      for (const take of after) {
        take(here);
        take(there);
      }
      expect(requestOf(there)).toEqual(requestOf(here));
      expect(takeSnapshot(there.conversation, there.memory)).toEqual(
        takeSnapshot(here.conversation, here.memory),
      );
    }),
  );
});

test('what goes on here does not change what was taken', () => {
  const here = empty();
  here.conversation.append('user', 'my name is Nora');
  const snapshot = takeSnapshot(here.conversation, here.memory);
  here.conversation.append('user', 'and I am from Lisbon');
  here.memory.pin(0, 'a member');
  expect(snapshot.messages).toEqual([{ role: 'user', content: 'my name is Nora' }]);
  expect(snapshot.pins).toEqual([]);
});

test('what is beyond the bounds is forgotten, and counted as such', () => {
  const there = empty();
  const messages = Array.from({ length: LIMITS.historyMessagesMax + 2 }, (_, index) => ({
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: `${index} `.padEnd(40, '.'),
  }));
  const pins = Array.from({ length: LIMITS.pinsMax + 1 }, (_, index) => ({
    by: 'app' as const,
    text: `${index}`.padEnd(LIMITS.pinCharsMax + 50, '.'),
  }));
  restoreSnapshot(
    { systemPrompt: 'be kind', messages, forgotten: 5, pins },
    there.conversation,
    there.memory,
  );
  expect(there.conversation.history).toHaveLength(LIMITS.historyMessagesMax);
  expect(there.conversation.forgotten).toBe(7);
  expect(there.memory.pins).toHaveLength(LIMITS.pinsMax);
  expect(there.memory.pins.every((pin) => pin.text.length <= LIMITS.pinCharsMax)).toBe(true);
});
