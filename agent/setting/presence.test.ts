// Settings of silence, money and broken connections: taken, bounded, and a cap that cannot be kept refused.
import { expect, test } from 'vitest';
import { readSettings } from '../settings.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
const read = (env: Readonly<Record<string, string>>) => readSettings({ ...KEYS, ...env });

test('reach the core, with the prices of the models that are used', () => {
  const env = {
    RECONNECT_WINDOW_S: '0',
    NUDGE_AFTER_MS: '5000',
    NUDGE_MAX: '1',
    NUDGE_LINE: 'Hello?',
    NUDGE_THEN_END: 'YES',
    COST_CAP_USD: '0.25',
    FAREWELL: 'Bye.',
  };
  const settings = read(env);
  expect(settings.ok && settings.settings.core.presence).toEqual({
    reconnectWindowMs: 0,
    nudge: { afterMs: 5_000, max: 1, line: 'Hello?', thenEnd: true },
    cost: {
      capUsd: 0.25,
      sttUsdPerHour: expect.closeTo(0.1346, 4),
      llmUsdPerMillionInput: 0.35,
      llmUsdPerMillionOutput: 0.75,
      ttsUsdPerThousandCharacters: 0.05,
    },
    farewell: 'Bye.',
  });
});

test.each([
  ['STT_MODEL', 'whisper-of-mine'],
  ['LLM_MODEL', 'model-of-mine'],
  ['TTS_MODEL', 'voice-of-mine'],
])('a cap with a %s of unknown price is refused, for nobody could keep it', (name, model) => {
  expect(read({ [name]: model }).ok).toBe(true);
  const capped = read({ [name]: model, COST_CAP_USD: '1' });
  expect(capped.ok ? [] : capped.problems).toMatchObject([
    { variable: 'COST_CAP_USD', kind: 'wrong', expected: expect.stringContaining(name) },
  ]);
});

test.each([
  ['RECONNECT_WINDOW_S', '601', 'must be at most 600'],
  ['NUDGE_AFTER_MS', '-1', 'must be a whole number'],
  ['NUDGE_MAX', '0', 'must be at least 1'],
  ['NUDGE_THEN_END', 'perhaps', 'must be one of: yes, no'],
  ['COST_CAP_USD', '1 dollar', 'must be a number'],
])('%s=%s is refused by name', (variable, value, expected) => {
  const refused = read({ [variable]: value });
  expect(refused.ok ? [] : refused.problems).toMatchObject([
    { variable, expected: expect.stringContaining(expected) },
  ]);
});
