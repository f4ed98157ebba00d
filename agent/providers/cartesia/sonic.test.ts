import { expect, test } from 'vitest';
import { cartesiaTtsSettings } from './index.ts';
import { parseSonic, sonicCancel, sonicEnd, sonicHeaders, sonicText, sonicUrl } from './sonic.ts';

const settings = cartesiaTtsSettings.parse({ apiKey: 'sk_car_key', voice: 'a-voice', outputRate: 16_000 });
const parse = (message: object, secret = '') => parseSonic(JSON.stringify(message), secret);

test('the address carries nothing, the headers the key and the version', () => {
  expect(sonicUrl(settings)).toBe('wss://api.cartesia.ai/tts/websocket');
  expect(sonicHeaders(settings)).toEqual({
    authorization: 'Bearer sk_car_key',
    'cartesia-version': '2026-08-14',
  });
});

test('text goes out as it stands, and everything but the text is the same at the end', () => {
  const common = {
    model_id: 'sonic-3.5',
    voice: 'a-voice',
    language: 'en',
    context_id: 'c1',
    output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 16_000 },
    add_timestamps: true,
    max_buffer_delay_ms: 0,
  };
  expect(JSON.parse(sonicText(settings, 'c1', 'Hello, '))).toEqual({
    ...common,
    transcript: 'Hello, ',
    continue: true,
  });
  expect(JSON.parse(sonicEnd(settings, 'c1'))).toEqual({ ...common, transcript: '', continue: false });
  expect(JSON.parse(sonicCancel('c1'))).toEqual({ context_id: 'c1', cancel: true });
});

test('older versions name a voice in another way, and speed is said only where it is not usual', () => {
  const older = cartesiaTtsSettings.parse({ voice: 'v', version: '2025-04-16', speed: 1.2, language: 'de' });
  expect(JSON.parse(sonicText(older, 'c1', 'Hallo '))).toMatchObject({
    voice: { mode: 'id', id: 'v' },
    language: 'de',
    generation_config: { speed: 1.2 },
  });
});

test('chunks, words and the end are read, whatever else stands beside them', () => {
  const more = { context_id: 'c1', status_code: 206, done: false, mood: 'sunny' };
  expect(parse({ type: 'chunk', ...more, data: 'AAA=', step_time: 10 })).toEqual({
    kind: 'chunk',
    context: 'c1',
    audio: 'AAA=',
  });
  const stamps = { words: ['Hello', '', 'there.'], start: [0, 0.3, 0.35], end: [0.31, 0.3, 0.7] };
  expect(parse({ type: 'timestamps', ...more, word_timestamps: stamps })).toEqual({
    kind: 'words',
    context: 'c1',
    words: [
      { text: 'Hello', startUs: 0, endUs: 310_000 },
      { text: 'there.', startUs: 350_000, endUs: 700_000 },
    ],
  });
  expect(parse({ type: 'done', context_id: 'c1', status_code: 200, done: true })).toEqual({
    kind: 'done',
    context: 'c1',
  });
});

test('words without whole times are no words', () => {
  const words = (word_timestamps: unknown) => parse({ type: 'timestamps', context_id: 'c', word_timestamps });
  expect(words({ words: ['a', 'b', 'c', 4], start: [0, -1, '0', 0], end: [1, 1, 1, 1] })).toMatchObject({
    words: [{ text: 'a' }],
  });
  expect(words({ words: ['a'] })).toMatchObject({ words: [] });
  expect(words(null)).toMatchObject({ words: [] });
});

test.each([
  [{ status_code: 429, error_code: 'concurrency_limited' }, 'rate_limit', true],
  [{ status_code: 401 }, 'auth', false],
  [{ status_code: 402 }, 'quota', false],
  [{ status_code: 400 }, 'bad_request', false],
  [{ status_code: 400, error_code: 'model_sunsetted' }, 'not_found', false],
  [{ status_code: 503 }, 'overloaded', true],
  [{}, 'overloaded', true],
])('an error with %j is %s', (members, reason, retryable) => {
  expect(parse({ type: 'error', context_id: 'c1', message: 'no', ...members })).toMatchObject({
    kind: 'error',
    context: 'c1',
    failure: { reason, retryable, message: 'no' },
  });
});

test('an error that quotes the key is told without it', () => {
  const message = parse({ type: 'error', message: 'bad key sk_car_key', status_code: 401 }, 'sk_car_key');
  expect(message).toMatchObject({ context: undefined, failure: { message: 'bad key …' } });
});

test('types that are not known are ignored, text that is no object is malformed', () => {
  expect(parse({ type: 'flush_done', context_id: 'c1', flush_id: 1 }).kind).toBe('unknown');
  expect(parse({ type: 'chunk', data: 'AAA=' }).kind).toBe('unknown');
  expect(parse({ type: 'chunk', context_id: 'c1', data: 7 }).kind).toBe('unknown');
  expect(parseSonic(new Uint8Array([1, 2]), '').kind).toBe('unknown');
  expect(parseSonic('{"type":"chunk","context_id":', '').kind).toBe('malformed');
  expect(parseSonic('[1]', '').kind).toBe('malformed');
});
