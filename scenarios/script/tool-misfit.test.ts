// Tools, calls and settings of a scenario file that cannot work are refused with the field and the reason.
import { expect, test } from 'vitest';
import { toolCall } from '../library/tool-call.ts';
import { checkScenario } from './schema.ts';

const [weather] = toolCall.tools ?? [];
const [due] = toolCall.toolCalls ?? [];
const [reply] = toolCall.brain.replies;
const withTool = (change: object) => ({ ...toolCall, tools: [{ ...weather, ...change }] });
const thinking = (change: object) => ({
  ...toolCall,
  brain: { ...toolCall.brain, replies: [{ ...reply, ...change }] },
});

test.each([
  ['a deadline before the call', withTool({ timeoutMs: -1 }), 'tools.0.timeoutMs', 'above 0'],
  ['a name that no vendor takes', withTool({ name: 'the weather' }), 'tools.0.name', 'letters'],
  ['an input of no kind', withTool({ input: { city: 'map' } }), 'tools.0.input.city', ''],
  ['two tools of one name', { ...toolCall, tools: [weather, weather] }, 'tools.1.name', 'weather'],
  [
    'a call with a fact that nobody knows',
    thinking({ calls: [{ tool: 'weather', input: { city: '{town}' } }] }),
    'brain.replies.0.calls.0.input',
    '{town} is no fact',
  ],
  [
    'a call in an act that nobody speaks',
    { ...toolCall, toolCalls: [{ ...due, act: 99 }] },
    'toolCalls.0.act',
    '99',
  ],
  [
    'an app that acts in no act',
    { ...toolCall, app: [{ act: 99, kind: 'pin', text: 'a' }] },
    'app.0.act',
    '99',
  ],
  [
    'a window that the agent refuses',
    { ...toolCall, env: { CONTEXT_WINDOW_TOKENS: '7' } },
    'env.CONTEXT_WINDOW_TOKENS',
    '',
  ],
])('%s', (_, data, field, reason) => {
  expect(checkScenario(data)).toEqual({ ok: false, field, reason: expect.stringContaining(reason) });
});

test('a tool that the model makes up is no fault of the scenario', () => {
  expect(checkScenario(thinking({ calls: [{ tool: 'telepathy', input: {} }] })).ok).toBe(true);
});
