// Stories of replies that need tools: when they are called, what the model is told, and what an interruption
// leaves of them.
import { describe, expect, test } from 'vitest';
import { type LlmAnswer, LOST, ScriptedLlm } from '../cast.test-support.ts';
import { Conversation } from '../context/conversation.ts';
import { LIMITS } from '../limit.ts';
import type { LlmFactory, ToolCall } from '../provider.ts';
import { Row } from '../row.test-support.ts';
import { LlmStage } from '../stage/llm.ts';
import { ms } from '../time.ts';
import { ToolDesk } from './desk.ts';
import type { ToolOutcome, ToolSpec } from './spec.ts';

const call = (name: string, written = '{}'): ToolCall => ({ id: 'x', name, arguments: written });

const spec = (name: string, sideEffect = false): ToolSpec => ({
  name,
  description: name,
  parameters: { type: 'object' },
  sideEffect,
  timeoutMs: 1_000,
  check: (input) =>
    typeof input === 'object' && input !== null && !('bad' in input)
      ? { ok: true, input }
      : { ok: false, reason: 'bad: not wanted' },
});

/** A model with two tools; `book` acts, `look` only looks. */
function stage(answers: LlmAnswer[]) {
  const actors: ScriptedLlm[] = [];
  const conversation = new Conversation('');
  const made: { desk?: ToolDesk } = {};
  conversation.append('user', 'Please.');
  const row = new Row((outlet) => {
    const desk = new ToolDesk([spec('look'), spec('book', true)], conversation, outlet);
    made.desk = desk;
    const settings = { tokensMax: 100, apology: 'Sorry.' };
    const factory: LlmFactory = (hooks) => (actors[0] = new ScriptedLlm(answers, hooks));
    return new LlmStage(settings, factory, desk, outlet, (text) => text.split(' ').length);
  });
  const { desk } = made;
  const [actor] = actors;
  if (desk === undefined || actor === undefined) throw new Error('the stage was not built');
  const requests = () => {
    row.drain();
    return row.effects.flatMap((effect) => (effect.kind === 'tool' ? [effect.request] : []));
  };
  return {
    row,
    actor,
    conversation,
    requests,
    asks: (more: object = {}) =>
      row.push(0, { kind: 'LlmMessages', turn: 1, reply: 1, messages: [], tokens: 9, ...more }),
    ends: (atMs: number, id: number, outcome: ToolOutcome) => desk.receive(ms(atMs), { id, outcome }),
    run: (untilMs: number) => {
      for (let at = row.timers.next(); at !== undefined && at <= ms(untilMs); at = row.timers.next()) {
        if (row.timers.take(at) === 'tool') desk.wake(at);
        else row.subject.wake(at);
      }
    },
    text: () =>
      row.after
        .of('LlmText')
        .map(({ text }) => text)
        .join(''),
    whats: () => row.facts().flatMap(({ what }) => (/^(tool|llm)\./.test(what) ? [what] : [])),
  };
}

const told = ({ actor }: ReturnType<typeof stage>) =>
  actor.requests.at(-1)?.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));

test('the model says what it says, its tools work side by side, and it goes on in the same reply', () => {
  const answers = [
    { text: 'One moment.', finish: 'tools', calls: [call('look', '{"a":1}'), call('book')] },
    { text: 'Done.' },
  ] as const;
  const w = stage([...answers]);
  w.asks();
  w.run(500);
  expect(w.row.after.kinds().filter((kind) => kind.startsWith('Llm'))).toEqual([
    'LlmStarted',
    'LlmText',
    'LlmText',
    'LlmPaused',
  ]);
  expect(w.requests()).toEqual([
    { kind: 'run', id: 1, name: 'look', input: { a: 1 } },
    { kind: 'run', id: 2, name: 'book', input: {} },
  ]);
  w.ends(600, 2, { ok: true, text: 'booked' });
  expect(w.actor.requests).toHaveLength(1);
  w.ends(700, 1, { ok: true, text: 'seen' });
  w.run(1_500);
  expect(w.actor.requests.at(-1)).toEqual([
    {
      role: 'assistant',
      content: 'One moment.',
      calls: [
        { ...call('look', '{"a":1}'), id: 'call_1' },
        { ...call('book'), id: 'call_2' },
      ],
    },
    { role: 'tool', callId: 'call_1', content: 'seen' },
    { role: 'tool', callId: 'call_2', content: 'booked' },
  ]);
  expect(w.text()).toBe('One moment. Done.');
  expect(w.row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1 }]);
  expect(w.conversation.history.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    'user: Please.',
    'assistant: ',
    'tool: seen',
    'tool: booked',
  ]);
});

test('a result is delivered once: what comes twice, late or of nothing is nobody’s', () => {
  const w = stage([{ text: '', calls: [call('look')] }]);
  w.asks();
  w.run(500);
  w.ends(600, 7, { ok: true, text: 'never asked' });
  w.ends(600, 1, { ok: true, text: 'one' });
  w.ends(601, 1, { ok: true, text: 'two' });
  w.run(2_000);
  expect(told(w)).toEqual(['one']);
  expect(w.whats().filter((what) => what === 'tool.result')).toHaveLength(1);
});

describe('a draft', () => {
  const draft = () => {
    const w = stage([{ text: 'I book.', calls: [call('book'), call('look')] }]);
    w.asks({ draft: true });
    w.run(500);
    return w;
  };

  test('calls no tool before its turn is over, and then at once', () => {
    const w = draft();
    expect(w.requests()).toEqual([]);
    w.row.push(ms(600), { kind: 'Committed', reply: 1 });
    expect(w.requests().map(({ kind, id }) => `${kind} ${id}`)).toEqual(['run 1', 'run 2']);
  });

  test('that is discarded never reaches a tool, nor the conversation', () => {
    const w = draft();
    w.row.push(ms(600), { kind: 'Discard', reply: 1 });
    w.row.push(ms(700), { kind: 'Committed', reply: 1 });
    w.run(5_000);
    expect(w.requests()).toEqual([]);
    expect(w.whats()).not.toContain('tool.called');
    expect(w.conversation.history).toHaveLength(1);
  });

  test('that is committed first calls them when it has thought', () => {
    const w = stage([{ text: 'I book.', calls: [call('book')] }]);
    w.asks({ draft: true });
    w.row.push(0, { kind: 'Committed', reply: 1 });
    w.run(500);
    expect(w.requests()).toHaveLength(1);
  });
});

describe('an interruption', () => {
  const interrupted = () => {
    const w = stage([{ text: 'I look.', calls: [call('look'), call('book')] }]);
    w.asks();
    w.run(500);
    w.row.push(ms(600), { kind: 'Interruption', turn: 2, reply: 1 });
    return w;
  };

  test('gives up what only looks, and lets what acts come to its end', () => {
    const w = interrupted();
    expect(w.requests().at(-1)).toEqual({ kind: 'cancel', id: 1 });
    expect(w.whats().filter((what) => what === 'tool.cancelled')).toHaveLength(1);
    w.ends(800, 1, { ok: true, text: 'too late' });
    w.ends(900, 2, { ok: true, text: 'booked' });
    w.run(5_000);
    // Nobody is asked again; the next turn finds the result where the call stands.
    expect(w.actor.requests).toHaveLength(1);
    expect(w.conversation.history.slice(2).map(({ content }) => content)).toEqual([
      expect.stringContaining('given up'),
      'booked',
    ]);
    expect(w.row.after.of('LlmEnded')).toEqual([]);
  });

  test('before the result, the next turn is told that it is not finished', () => {
    const w = interrupted();
    w.conversation.append('user', 'What is it now?');
    expect(w.conversation.history.at(-2)?.content).toContain('not finished');
    w.ends(900, 2, { ok: true, text: 'booked' });
    expect(w.conversation.history.at(-2)?.content).toBe('booked');
    expect(w.conversation.history.at(-1)?.role).toBe('user');
  });
});

describe('a call that cannot end well', () => {
  test.each([
    ['of a tool that does not exist', call('fly'), 'there is no tool \\"fly\\"; tools: look, book'],
    ['with arguments that are no JSON', call('look', '{"a":'), 'not JSON'],
    ['with arguments that do not fit', call('look', '{"bad":1}'), 'not valid: bad: not wanted'],
  ])('%s is an error for the model, and the reply goes on', (_, wrong, error) => {
    const w = stage([{ text: '', calls: [wrong] }, { text: 'I cannot.' }]);
    w.asks();
    w.run(1_000);
    expect(told(w)?.[0]).toContain(error);
    expect(w.requests()).toEqual([]);
    expect(w.whats()).toContain('tool.result');
    expect(w.text()).toBe('I cannot.');
  });

  test('is given up when its time is over', () => {
    const w = stage([{ text: '', calls: [call('look'), call('book')] }]);
    w.asks();
    w.run(3_000);
    expect(w.requests().at(-1)).toEqual({ kind: 'cancel', id: 1 });
    expect(told(w)).toEqual([
      expect.stringContaining('no answer within 1000 ms'),
      expect.stringContaining('whether it was done is not known'),
    ]);
    expect(w.row.timers.next()).toBeUndefined();
  });

  test('with ten megabytes for a result is told the beginning, and that there was more', () => {
    const w = stage([{ text: '', calls: [call('look')] }]);
    w.asks();
    w.run(500);
    w.ends(600, 1, { ok: true, text: 'a list '.repeat(1_500_000) });
    w.run(2_000);
    const [text = ''] = told(w) ?? [];
    expect(text.length).toBeLessThan(LIMITS.toolResultCharsMax + 200);
    expect(JSON.parse(text)).toMatchObject({ error: expect.stringContaining('10500000 characters') });
    expect(w.row.facts()).toContainEqual(expect.objectContaining({ what: 'tool.result', ok: false }));
  });

  test('again and again is not offered for ever', () => {
    const again: LlmAnswer = { text: '', calls: [call('fly')] };
    const w = stage([...Array.from({ length: LIMITS.toolRoundsMax }, () => again), { text: 'Enough.' }]);
    w.asks();
    w.run(10_000);
    expect(w.actor.wishes.at(-2)?.tools).toHaveLength(2);
    expect(w.actor.wishes.at(-1)?.tools).toBeUndefined();
    expect(w.text()).toBe('Enough.');
  });

  test('in its hundreds is refused beyond the bound', () => {
    const w = stage([{ text: '', calls: Array.from({ length: 100 }, () => call('look')) }]);
    w.asks();
    w.run(500);
    expect(w.requests()).toHaveLength(LIMITS.toolCallsMax);
  });
});

test('when the model fails after its tools have answered, the caller hears an apology and no silence', () => {
  const w = stage([
    { text: 'One moment.', calls: [call('look')] },
    { text: '', failure: LOST },
  ]);
  w.asks();
  w.run(500);
  w.ends(600, 1, { ok: true, text: 'seen' });
  w.run(5_000);
  expect(w.text()).toBe('One moment. Sorry.');
  expect(w.row.after.of('LlmEnded')).toEqual([{ kind: 'LlmEnded', reply: 1 }]);
});
