import { expect, test } from 'vitest';
import { llmFactory, sttFactory, ttsFactory } from './registry.ts';

test('each service is found by its name and starts with its defaults', () => {
  for (const chosen of [
    sttFactory({ provider: 'cartesia', apiKey: 'k' }),
    llmFactory({ provider: 'cerebras', baseUrl: 'http://127.0.0.1:11434/v1/' }),
    ttsFactory({ provider: 'elevenlabs', outputRate: 16_000 }),
  ]) {
    expect(chosen.ok).toBe(true);
  }
});

test('a session of the registry goes where the settings say', () => {
  const urls: string[] = [];
  const chosen = llmFactory({ provider: 'cerebras', baseUrl: 'http://127.0.0.1:11434/v1/', model: 'qwen' });
  if (!chosen.ok) throw new Error(chosen.message);
  const session = chosen.factory({
    request: (_now, request) => void (request.kind === 'request' && urls.push(request.url)),
    event: () => undefined,
  });
  session.generate(0, 1, []);
  expect(urls).toEqual(['http://127.0.0.1:11434/v1/chat/completions']);
});

test('an unknown provider is answered with the known ones', () => {
  expect(sttFactory({ provider: 'acme' })).toEqual({
    ok: false,
    message: expect.stringMatching(
      /^unknown speech-to-text provider "acme": choose one of assemblyai, cartesia, deepgram, elevenlabs/,
    ),
  });
});

test('a bad setting is named, and its value is not', () => {
  const chosen = ttsFactory({ provider: 'elevenlabs', apiKey: 'sk secret', speed: 9, tempo: 1 });
  expect(chosen.ok).toBe(false);
  const message = chosen.ok ? '' : chosen.message;
  expect(message).toContain('apiKey: must be printable ASCII without spaces');
  expect(message).toContain('speed:');
  expect(message).toContain('tempo');
  expect(message).not.toContain('sk secret');
});
