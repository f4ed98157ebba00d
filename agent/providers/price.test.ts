import { expect, test } from 'vitest';
import { seconds } from '../core/time.ts';
import { priceOf } from './price.ts';
import table from './prices.json' with { type: 'json' };

test('an hour heard, a million tokens and a thousand characters cost what was published', () => {
  expect(priceOf({ service: 'stt', provider: 'cartesia', model: 'ink-whisper', us: seconds(3_600) })).toBe(
    0.1346,
  );
  const tokens = { promptTokens: 1e6, cachedTokens: 5e5, completionTokens: 1e6 };
  expect(priceOf({ service: 'llm', provider: 'cerebras', model: 'gpt-oss-120b', tokens })).toBeCloseTo(1.1);
  const flash = {
    service: 'tts',
    provider: 'elevenlabs',
    model: 'eleven_flash_v2_5',
    characters: 1_000,
  } as const;
  expect(priceOf(flash)).toBe(0.05);
});

test('what has no known price costs null, not nothing', () => {
  const tokens = { promptTokens: 1, cachedTokens: 0, completionTokens: 1 };
  expect(priceOf({ service: 'llm', provider: 'cerebras', model: 'llama-3.3-70b', tokens })).toBeNull();
});

test('every price has a source and a date', () => {
  for (const { model, source, date } of table.prices) {
    expect(source, model).not.toBe('');
    expect(date, model).toMatch(/^\d{4}(-\d{2}){0,2}$/);
  }
});
