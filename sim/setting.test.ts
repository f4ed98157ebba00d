// One agent in all worlds: what it is told differs by the addresses of its vendors, and by nothing else.
import { expect, test } from 'vitest';
import { settingsFor } from './setting.ts';

const HOSTED = { stt: 'ws://127.0.0.1:1', llm: 'http://127.0.0.1:2/v1', tts: 'ws://127.0.0.1:3' };

test('the agent on real ports is the simulated one with other addresses', () => {
  const [simulated, hosted] = [settingsFor({}), settingsFor(HOSTED)];
  expect(hosted.core).toEqual(simulated.core);
  expect({ ...hosted, providers: {} }).toEqual({ ...simulated, providers: {} });
});

test.each([
  ['stt', 'STT_BASE_URL'],
  ['llm', 'LLM_BASE_URL'],
  ['tts', 'TTS_BASE_URL'],
])('the address of %s becomes %s', (stage, variable) => {
  expect(() => settingsFor({ [stage]: 'nowhere' })).toThrow(variable);
});

test('a scenario’s own settings come before all others, and wrong ones are named', () => {
  const apology = 'Pardon me.';
  for (const addresses of [{}, HOSTED]) {
    expect(settingsFor(addresses, { APOLOGY: apology }).core.reply.apology).toBe(apology);
    expect(() => settingsFor(addresses, { LLM_MAX_TOKENS: 'many' })).toThrow('LLM_MAX_TOKENS');
  }
});
