// What an app may define as a tool, what is refused, and what becomes of whatever a tool returns.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTool, type ToolDefinition, toolFault } from './define.ts';
import { failureOfTool, outcomeOf } from './outcome.ts';

const book = {
  name: 'book_table',
  description: 'Books a table.',
  input: z.object({ people: z.int().min(1).describe('guests'), note: z.string().optional() }),
  sideEffect: true,
  run: () => 'done',
} satisfies ToolDefinition<z.ZodType>;

test('a tool tells the model its input as JSON Schema and checks what comes', () => {
  const tool = defineTool(book);
  expect(tool.parameters).toMatchObject({
    type: 'object',
    properties: { people: { type: 'integer', description: 'guests' }, note: { type: 'string' } },
    required: ['people'],
  });
  expect(tool.check({ people: 2, more: 1 })).toEqual({ ok: true, input: { people: 2 } });
  expect(tool.check({ people: 'two' })).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^people: /),
  });
  expect(tool.check(null).ok).toBe(false);
  expect(toolFault([tool])).toBeUndefined();
});

test.each([
  ['a name with blanks', { name: 'book a table' }, 'name', 'letters, digits'],
  ['no name', { name: '' }, 'name', '1 to 64'],
  ['no description', { description: ' ' }, 'description', 'what it is for'],
  ['a deadline before the call', { timeoutMs: -5 }, 'timeoutMs', 'must be above 0'],
  ['a deadline that is no number', { timeoutMs: Number.NaN }, 'timeoutMs', 'NaN'],
  ['a deadline of an hour', { timeoutMs: 3_600_000 }, 'timeoutMs', 'at most 120000'],
  ['an input that is no object', { input: z.string() }, 'input', 'z.object'],
  ['an input that JSON has no words for', { input: z.object({ when: z.date() }) }, 'input', 'z.object'],
])('%s is a fault with the name of the tool', (_, change, field, reason) => {
  const definition: ToolDefinition<z.ZodType> = { ...book, ...change };
  const tool = defineTool(definition);
  expect(toolFault([defineTool({ ...book, name: 'other' }), tool])).toEqual({
    tool: tool.name,
    field,
    reason: expect.stringContaining(reason),
  });
});

test('two tools of one name are a fault', () => {
  expect(toolFault([defineTool(book), defineTool(book)])).toMatchObject({ field: 'name' });
});

test('a refinement of the app that throws refuses the call and nothing more', () => {
  const input = z.object({ day: z.string() }).refine(() => {
    throw new Error('calendar is down');
  });
  expect(defineTool({ ...book, input }).check({ day: 'x' })).toEqual({
    ok: false,
    reason: 'calendar is down',
  });
});

describe('what a tool returns', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  test.each([
    ['text', 'sunny', { ok: true, text: 'sunny' }],
    ['an object', { degrees: 20 }, { ok: true, text: '{"degrees":20}' }],
    ['nothing', undefined, { ok: true, text: '{"status":"done"}' }],
    ['a circle', circle, { ok: false, reason: expect.stringContaining('no JSON') }],
    ['a function', () => 1, { ok: false, reason: expect.stringContaining('function') }],
    ['a bigint', 1n, { ok: false, reason: expect.stringContaining('no JSON') }],
  ])('%s', (_, value, outcome) => {
    expect(outcomeOf(value)).toEqual(outcome);
  });

  test.each([
    [new Error('the office is closed'), 'the office is closed'],
    ['no', 'no'],
    [undefined, 'the tool failed without a reason'],
    [new Error('x'.repeat(10_000)), 'x'.repeat(300)],
  ])('or throws is told in words', (thrown, reason) => {
    expect(failureOfTool(thrown)).toEqual({ ok: false, reason });
  });
});
