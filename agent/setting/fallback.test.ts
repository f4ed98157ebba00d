// Second providers by setting: without an address nothing changes, with one the stage has two, and what
// cannot work is named.
import { describe, expect, test } from 'vitest';
import type { LlmHooks } from '../core/provider.ts';
import { readSettings } from '../settings.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
const SECOND = { LLM_FALLBACK_BASE_URL: 'https://second.example/v1', LLM_FALLBACK_API_KEY: 'sk' };

/** Where the model's session connects to when a call begins, by lane. */
function dialled(env: Record<string, string>): readonly string[] {
  const read = readSettings({ ...KEYS, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const urls: string[] = [];
  const hooks: LlmHooks = {
    request: (_now, request, lane = 0) =>
      void urls.push(`${lane} ${request.kind === 'request' ? new URL(request.url).host : ''}`),
    event: () => {},
  };
  read.settings.providers.llm(hooks).start(0);
  return urls;
}

test('without a second address there is one provider, whatever HEDGE says', () => {
  expect(dialled({})).toEqual(['0 api.cerebras.ai']);
  expect(dialled({ HEDGE: 'off', ...SECOND })).toEqual(['0 api.cerebras.ai']);
});

test.each(['failover', 'hedge'])('with a second address, %s has both standing ready', (hedge) => {
  expect(dialled({ HEDGE: hedge, ...SECOND })).toEqual(['0 api.cerebras.ai', '1 second.example']);
});

describe('what cannot work is named', () => {
  test.each([
    ['HEDGE', 'always', 'must be one of: off, failover, hedge'],
    ['HEDGE', 'hedge', 'hedge needs a second provider, and none is configured'],
    ['LLM_DEADLINE_MS', '-1', 'must be a whole number from 20 to 10000'],
    ['TTS_DEADLINE_MS', '5', 'must be at least 20'],
    ['STT_DEADLINE_MS', '60000', 'must be at most 10000'],
    ['FAILOVER_MS', '-1500', 'must be a whole number from 100'],
    ['HEDGE_ATTEMPTS', '9', 'must be at most 4'],
    ['STT_HEDGE', 'cold', 'must be one of: replay, warm'],
    ['TTS_FALLBACK_BASE_URL', 'https://voice.example', 'begins with wss:// or ws://'],
    ['STT_FALLBACK_API_KEY', 'two words', 'must be printable ASCII without spaces'],
  ])('%s = %s', (variable, value, expected) => {
    const read = readSettings({ ...KEYS, [variable]: value });
    expect(read.ok ? [] : read.problems).toEqual([
      expect.objectContaining({ variable, kind: 'wrong', expected: expect.stringContaining(expected) }),
    ]);
  });
});
