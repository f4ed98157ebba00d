import { expect, test } from 'vitest';
import type { ChatMessage, GenerationWish } from '../../core/provider.ts';
import { seconds } from '../../core/time.ts';
import type { Headers } from '../../core/wire.ts';
import { completionsBody, failureOfAnswer, parseChunk } from '../chat/wire.ts';
import { cerebrasDialect, cerebrasSettings } from './index.ts';

function bodyOf(own: object, messages: readonly ChatMessage[], wish?: GenerationWish): string {
  const settings = cerebrasSettings.parse(own);
  return completionsBody(settings, cerebrasDialect(settings), messages, wish);
}

const refused = (status: number, headers: Headers, body: string) =>
  failureOfAnswer({ status, headers, body }, '', cerebrasDialect(cerebrasSettings.parse({})));

const delta = { kind: 'delta', content: '', calls: [], finish: undefined, usage: undefined };

test('the request caps what is spoken and leaves a reasoning model room to think', () => {
  const messages = [{ role: 'user', content: 'Hi' }] as const;
  expect(JSON.parse(bodyOf({}, messages))).toEqual({
    model: 'gpt-oss-120b',
    messages,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.7,
    top_p: 0.9,
    max_completion_tokens: 406,
    reasoning_effort: 'low',
  });
  const plain = JSON.parse(bodyOf({ model: 'qwen' }, messages));
  expect(plain.max_completion_tokens).toBe(150);
  expect(plain).not.toHaveProperty('reasoning_effort');
});

test.each([
  [
    'a token',
    { choices: [{ delta: { content: 'Hel' }, finish_reason: null }] },
    { ...delta, content: 'Hel' },
  ],
  ['a thought', { choices: [{ delta: { reasoning: 'Hm' } }] }, delta],
  ['a finish', { choices: [{ delta: {}, finish_reason: 'length' }] }, { ...delta, finish: 'length' }],
  ['calls made', { choices: [{ delta: {}, finish_reason: 'tool_calls' }] }, { ...delta, finish: 'tools' }],
  [
    'the begin of a call',
    {
      choices: [
        { delta: { tool_calls: [{ index: 1, id: 'a', function: { name: 'book', arguments: '{"n' } }] } },
      ],
    },
    { ...delta, calls: [{ index: 1, id: 'a', name: 'book', arguments: '{"n' }] },
  ],
  [
    'the rest of a call, without an index',
    { choices: [{ delta: { tool_calls: [{ function: { arguments: '":2}' } }, 7] } }] },
    { ...delta, calls: [{ index: 0, id: '', name: '', arguments: '":2}' }] },
  ],
  ['no choices', { choices: null, usage: null }, delta],
  ['empty choices', { choices: [] }, delta],
  [
    'usage',
    {
      choices: [],
      usage: { prompt_tokens: 12, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 4 } },
      time_info: { queue_time: 0.1, prompt_time: 0.2, completion_time: 0.3 },
    },
    { ...delta, usage: { promptTokens: 12, cachedTokens: 4, completionTokens: 10 } },
  ],
])('a chunk with %s is read', (_what, chunk, read) => {
  expect(parseChunk(JSON.stringify(chunk), '')).toEqual(read);
});

test('errors in the stream are read nested and flat', () => {
  const nested = { error: { message: 'broke', type: 'server_error', code: null }, status_code: 503 };
  expect(parseChunk(JSON.stringify(nested), '')).toMatchObject({
    kind: 'error',
    failure: { reason: 'overloaded', message: 'broke', status: 503 },
  });
  const flat = { message: 'slow down', type: 'too_many_requests_error', status_code: 429 };
  expect(parseChunk(JSON.stringify(flat), '')).toMatchObject({ failure: { reason: 'rate_limit' } });
  expect(parseChunk('<html>', '').kind).toBe('malformed');
});

test.each([
  [401, '{"message":"Wrong API Key","code":"wrong_api_key"}', 'auth', false],
  [404, '{"message":"Model x does not exist","code":"model_not_found"}', 'not_found', false],
  [429, '{"message":"busy","code":"queue_exceeded"}', 'rate_limit', true],
  [
    429,
    '{"error":{"message":"broke","type":"insufficient_quota","code":"credit_balance_exhausted"}}',
    'quota',
    false,
  ],
  [429, '{"error":{"message":"fast","type":"requests","code":"rate_limit_exceeded"}}', 'rate_limit', true],
  [503, '<html>gateway</html>', 'overloaded', true],
  [408, '', 'timeout', true],
  [422, '{}', 'bad_request', false],
] as const)('status %i with %s means %s', (status, body, reason, retryable) => {
  expect(refused(status, {}, body)).toMatchObject({ reason, retryable, status });
});

test('the token bucket says when to come back, but only when tokens ran out', () => {
  const headers = { 'x-ratelimit-reset-tokens-minute': '1.5' };
  expect(refused(429, headers, '{"code":"token_quota_exceeded"}').retryAfterUs).toBe(seconds(1.5));
  expect(refused(429, headers, '{"code":"queue_exceeded"}').retryAfterUs).toBeUndefined();
  expect(refused(429, { ...headers, 'retry-after': '3' }, '').retryAfterUs).toBe(seconds(3));
  expect(refused(429, { 'retry-after-ms': '120' }, '').retryAfterUs).toBe(120_000);
});

test('tools, what they were asked and what they answered are written as the dialect has it', () => {
  const book = { id: 'call_1', name: 'book', arguments: '{"seats":2}' };
  const parameters = { type: 'object', properties: { seats: { type: 'number' } } };
  const body = bodyOf(
    { model: 'qwen' },
    [
      { role: 'assistant', content: '', calls: [book] },
      { role: 'tool', callId: 'call_1', content: 'done' },
    ],
    { tools: [{ name: 'book', description: 'Books.', parameters }], tokensMax: 400 },
  );
  expect(JSON.parse(body)).toMatchObject({
    messages: [
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'book', arguments: '{"seats":2}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'done' },
    ],
    tools: [{ type: 'function', function: { name: 'book', description: 'Books.', parameters } }],
    max_completion_tokens: 400,
  });
});
