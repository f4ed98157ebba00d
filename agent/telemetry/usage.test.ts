// Usage and its price: what has none is not free, it is unpriced.
import { expect, test } from 'vitest';
import { exchange, PRICES } from './rehearsal.test-support.ts';
import { UsageFold } from './usage.ts';

test('a call costs what its services cost', () => {
  const fold = new UsageFold(PRICES);
  for (const fact of [...exchange(1, 0), ...exchange(2, 5_000)]) fold.take(fact);
  expect(fold.usage).toEqual({
    sttUs: 2_000_000,
    promptTokens: 120,
    cachedTokens: 40,
    completionTokens: 8,
    characters: 16,
  });
  // 2 s at 0.36 an hour, 120 and 8 tokens at 1 and 2 a million, 16 characters at 0.05 a thousand.
  expect(fold.usd).toBeCloseTo(0.0002 + 0.00012 + 0.000016 + 0.0008, 10);
  expect(fold.unpriced).toBe(false);
});

test('a service without a known price is said to be unpriced, and the others are counted', () => {
  const fold = new UsageFold({ ...PRICES, ttsUsdPerThousandCharacters: null });
  const spends = exchange(1, 0).flatMap((fact) => fold.take(fact) ?? []);
  expect(spends.map(({ service, usd }) => [service, usd === null])).toEqual([
    ['stt', false],
    ['tts', true],
    ['llm', false],
  ]);
  expect(fold.unpriced).toBe(true);
  expect(fold.usd).toBeGreaterThan(0);
});
