// A conversation whose process is gone goes on in another session: with all that was said and heard there,
// and with a word for whoever was left without an answer. And a call that shall end says goodbye first.
import { expect, test } from 'vitest';
import { Rehearsal } from './rehearsal.test-support.ts';
import type { Restored } from './session.ts';
import { DEFAULT_CORE_SETTINGS } from './setting.ts';
import { ms, seconds } from './time.ts';

function keptAfter(untilMs: number): Restored {
  const call = new Rehearsal();
  call.answers.push({ text: 'Nice to meet you Nora.', firstTokenMs: 100 });
  call.does({ kind: 'pin', text: 'The caller is a member.' }, 100);
  call.speaks('My name is Nora.', { at: 500 });
  call.run(untilMs);
  return { snapshot: call.session.snapshot(), awayUs: seconds(2) };
}

test('the model is asked with what was said and pinned before', () => {
  const call = new Rehearsal({ restored: keptAfter(8_000) });
  expect(call.all('client.back')).toMatchObject([{ awayUs: seconds(2) }]);
  call.speaks('Do you still know my name?', { at: 500 });
  call.run(4_000);
  const [system, ...asked] = call.llm.requests[0] ?? [];
  expect(system?.content).toContain('The caller is a member.');
  expect(asked.map(({ content }) => content)).toEqual([
    'My name is Nora.',
    'Nice to meet you Nora.',
    'Do you still know my name?',
  ]);
  // Everything was answered: nobody is asked to say anything again.
  expect(call.all('repeated')).toEqual([]);
});

test('a question whose answer nobody has heard is asked for again, once', () => {
  const restored = keptAfter(1_800);
  expect(restored.snapshot.messages.at(-1)?.role).toBe('user');
  const call = new Rehearsal({ restored });
  call.does({ kind: 'ready' }, 100);
  call.run(3_000);
  expect(call.all('repeated').map(({ text }) => text)).toEqual([DEFAULT_CORE_SETTINGS.reply.apology]);
});

test('a call that shall end says goodbye when the floor is free, and then ends', () => {
  const call = new Rehearsal();
  call.does({ kind: 'ready' }, 0);
  call.answers.push({ text: 'We open at nine in the morning.' });
  call.speaks('When do you open?', { at: 500 });
  call.at(2_200, () => call.input({ kind: 'leave', reason: 'the call has lasted long enough' }));
  call.run(15_000);
  expect(call.story).toEqual([
    'user: When do you open?',
    `assistant: We open at nine in the morning. ${DEFAULT_CORE_SETTINGS.presence.farewell}`,
  ]);
  expect(call.client.closedWith).toBe('the call has lasted long enough');
  expect(call.ended).toBe(true);
  expect(call.all('session.ended')[0]?.t).toBeLessThan(ms(15_000));
});
