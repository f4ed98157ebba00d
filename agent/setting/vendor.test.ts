// Vendors by setting: each stage takes the one that is named, with the keys and settings that are its own,
// first or in reserve, and what cannot be is named by its variable.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SttHooks } from '../core/provider.ts';
import { VENDORS } from '../providers/registry.ts';
import { readSettings } from '../settings.ts';
import { VENDOR_VARIABLES } from './vendor-table.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
const DEEPGRAM = { STT_PROVIDER: 'deepgram', TTS_PROVIDER: 'deepgram', DEEPGRAM_API_KEY: 'dk' };

function settingsOf(env: Record<string, string>) {
  const read = readSettings(env);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

const problemsOf = (env: Record<string, string>) => {
  const read = readSettings(env);
  return read.ok ? [] : read.problems;
};

/** Where the recogniser connects to when a call begins, by lane, and with which header. */
function dialled(env: Record<string, string>): readonly string[] {
  const seen: string[] = [];
  const hooks: SttHooks = {
    request: (_now, request, lane = 0) => {
      if (request.kind !== 'open') return;
      seen.push(`${lane} ${request.url} ${request.headers['authorization']}`);
    },
    event: () => {},
  };
  settingsOf(env).providers.stt(hooks).start(0);
  return seen;
}

describe('a stage', () => {
  test('is taken by the vendors of the requirements unless another is named', () => {
    expect(settingsOf(KEYS).vendors).toEqual({
      stt: { provider: 'cartesia', model: 'ink-whisper' },
      llm: { provider: 'cerebras', model: 'gpt-oss-120b' },
      tts: { provider: 'elevenlabs', model: 'eleven_flash_v2_5' },
    });
  });

  test('taken by another needs the key of that one, and no other', () => {
    const env = { ...DEEPGRAM, LLM_PROVIDER: 'openai-compatible' };
    expect(settingsOf(env).vendors.stt).toEqual({ provider: 'deepgram', model: 'nova-3' });
    expect(problemsOf({ ...KEYS, LLM_PROVIDER: 'groq' })).toMatchObject([
      {
        variable: 'GROQ_API_KEY',
        kind: 'missing',
        todo: expect.stringContaining('https://console.groq.com'),
      },
    ]);
  });

  test('has its vendor’s own settings, and the vendor’s words for what they may be', () => {
    const flux = { ...KEYS, ...DEEPGRAM, STT_MODEL: 'flux-general-en', DEEPGRAM_EOT_THRESHOLD: '0.8' };
    expect(dialled(flux)[0]).toMatch(
      /^0 wss:\/\/api\.deepgram\.com\/v2\/listen\?.*eot_threshold=0\.8.* Token dk$/,
    );
    expect(problemsOf({ ...flux, DEEPGRAM_EOT_THRESHOLD: '0.2' })).toMatchObject([
      { variable: 'DEEPGRAM_EOT_THRESHOLD', kind: 'wrong', expected: 'must be at least 0.5' },
    ]);
    expect(problemsOf({ ...flux, DEEPGRAM_FORCE_END_TURN: 'maybe' })).toMatchObject([
      { variable: 'DEEPGRAM_FORCE_END_TURN', expected: 'must be one of: true, false' },
    ]);
  });

  test('may be at an address of its own', () => {
    const env = {
      ...KEYS,
      ...DEEPGRAM,
      DEEPGRAM_BASE_URL: 'wss://eu.example',
      STT_BASE_URL: 'ws://127.0.0.1:9',
    };
    expect(dialled(env)[0]).toMatch(/^0 ws:\/\/127\.0\.0\.1:9\/v1\/listen/);
    expect(problemsOf({ ...KEYS, STT_BASE_URL: 'https://x.example' })).toMatchObject([
      { variable: 'STT_BASE_URL', expected: expect.stringContaining('begins with wss:// or ws://') },
    ]);
  });
});

describe('a second provider', () => {
  test('of another vendor has that vendor’s address and key', () => {
    const env = { ...KEYS, STT_FALLBACK_PROVIDER: 'deepgram', DEEPGRAM_API_KEY: 'dk' };
    const [first, second] = dialled(env);
    expect(first).toMatch(/^0 wss:\/\/api\.cartesia\.ai\//);
    expect(second).toMatch(/^1 wss:\/\/api\.deepgram\.com\/v1\/listen.* Token dk$/);
    expect(problemsOf({ ...KEYS, STT_FALLBACK_PROVIDER: 'deepgram' })).toMatchObject([
      { variable: 'DEEPGRAM_API_KEY', kind: 'missing' },
    ]);
  });

  test('at an address of its own is not given the key of the vendor', () => {
    const env = { ...KEYS, STT_FALLBACK_BASE_URL: 'wss://mine.example' };
    expect(dialled(env)[1]).toMatch(/^1 wss:\/\/mine\.example\/stt\/websocket.* Bearer $/);
  });

  test('that cannot make the audio that is asked for is named', () => {
    const env = { ...KEYS, TTS_FALLBACK_PROVIDER: 'deepgram', DEEPGRAM_API_KEY: 'dk' };
    expect(problemsOf({ ...env, AUDIO_OUT_SAMPLE_RATE: '22050' })).toMatchObject([
      { variable: 'AUDIO_OUT_SAMPLE_RATE', expected: expect.stringContaining('(for deepgram)') },
    ]);
  });
});

describe('what cannot be', () => {
  test.each([
    ['STT_PROVIDER', 'acme', 'must be one of: assemblyai, cartesia, deepgram, elevenlabs'],
    ['TTS_PROVIDER', 'groq', 'must be one of: cartesia, deepgram, elevenlabs'],
    [
      'LLM_FALLBACK_PROVIDER',
      'deepgram',
      'must be one of: anthropic, cerebras, groq, openai, openai-compatible',
    ],
  ])('%s = %s', (variable, value, expected) => {
    expect(problemsOf({ ...KEYS, [variable]: value })).toMatchObject([
      { variable, kind: 'wrong', expected: expect.stringContaining(expected) },
    ]);
  });

  test('a setting that the vendor does not have, only when it was asked for', () => {
    const groq = { ...KEYS, GROQ_API_KEY: 'gk', LLM_PROVIDER: 'groq' };
    expect(problemsOf(groq)).toEqual([]);
    const [problem] = problemsOf({
      ...KEYS,
      COST_CAP_USD: '1',
      LLM_PROVIDER: 'groq',
      GROQ_API_KEY: 'gk',
      LLM_MODEL: 'x',
    });
    expect(problem).toMatchObject({ variable: 'COST_CAP_USD' });
  });

  test('keys of vendors that nobody uses do no harm, and are secrets all the same', () => {
    const env = { ...KEYS, OPENAI_API_KEY: 'two words' };
    expect(problemsOf(env)).toMatchObject([{ variable: 'OPENAI_API_KEY', kind: 'wrong' }]);
    expect(problemsOf({ ...KEYS, OPENAI_API_KEY: 'ok' })).toEqual([]);
  });
});

test('every vendor has a key and an address among the variables, under its own name', () => {
  for (const { name } of VENDORS) {
    const own = VENDOR_VARIABLES.filter(({ vendor }) => vendor === name).map((variable) => variable.name);
    const prefix = name.replaceAll('-', '_').toUpperCase();
    expect(own.slice(0, 2)).toEqual([`${prefix}_API_KEY`, `${prefix}_BASE_URL`]);
    for (const variable of own) expect(variable.startsWith(`${prefix}_`)).toBe(true);
  }
});

test('the README has a row for every vendor, with what it takes when nothing is said', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  for (const { name, keySource, stt, llm, tts } of VENDORS) {
    const cells = [stt, llm, tts].map((entry) => {
      const { model, voice } = entry?.preset ?? {};
      return [model, voice].filter((value) => value !== undefined).join(', ') || '–';
    });
    const key =
      keySource === undefined ? 'none needed' : `\`${name.replaceAll('-', '_').toUpperCase()}_API_KEY\``;
    expect(readme).toContain(`| \`${name}\` | ${cells.join(' | ')} | ${key} |`);
  }
});
