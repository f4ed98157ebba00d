// Settings from the environment: complete, typed, and in every refusal the variable and what to do,
// but never a value.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CoreSettings, DEFAULT_CORE_SETTINGS } from './core/setting.ts';
import { POLICIES, POLICY_NAMES } from './core/turn/policy.ts';
import { envExample } from './setting/example.ts';
import { VARIABLES } from './setting/table.ts';
import type { Problem, Variable } from './setting/variable.ts';
import { VENDOR_VARIABLES } from './setting/vendor-table.ts';
import { readSettings, secretsOf } from './settings.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
const table: readonly Variable<unknown>[] = [
  ...VENDOR_VARIABLES,
  ...Object.values<Variable<unknown>>(VARIABLES),
];
const names = table.map(({ name }) => name);

function settingsOf(env: Record<string, string>) {
  const read = readSettings({ ...KEYS, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

function problemsOf(env: Record<string, string>): readonly Problem[] {
  const read = readSettings({ ...KEYS, ...env });
  return read.ok ? [] : read.problems;
}

describe('the variables', () => {
  test('are all those of the requirements, under their names', () => {
    const required = [
      'CARTESIA_API_KEY',
      'CEREBRAS_API_KEY',
      'ELEVENLABS_API_KEY',
      'TRANSPORT_TYPE',
      'DAILY_API_KEY',
      'DAILY_ROOM_URL',
      'DAILY_TOKEN',
      'WS_HOST',
      'WS_PORT',
      'LOG_LEVEL',
    ];
    expect(names).toEqual(expect.arrayContaining(required));
    expect(new Set(names).size).toBe(names.length);
  });

  test('but for the keys may all be left out, or empty', () => {
    const settings = settingsOf({});
    expect(settings.core).toEqual(DEFAULT_CORE_SETTINGS);
    expect(settings.server).toEqual({
      host: 'localhost',
      port: 8765,
      allowedOrigins: new Set(),
      transport: 'websocket',
    });
    expect(settings.outputRate).toBe(24_000);
    const empty = Object.fromEntries(names.map((name) => [name, ' ']));
    expect(settingsOf({ ...empty, ...KEYS }).core).toEqual(settings.core);
  });

  test('as the requirements write them are taken', () => {
    const settings = settingsOf({ TRANSPORT_TYPE: 'websocket', WS_PORT: ' 9000 ', LOG_LEVEL: 'INFO' });
    expect([settings.server.port, settings.logLevel]).toEqual([9_000, 'info']);
  });

  test('of conversation reach the core', () => {
    const { core, outputRate } = settingsOf({
      VAD_THRESHOLD: '0.6',
      VAD_EXIT_THRESHOLD: '0.4',
      ENDPOINT_CURVE: '250:0.9 1000:0',
      CONTEXT_WINDOW_TOKENS: '1000',
      LLM_MAX_TOKENS: '80',
      APOLOGY: 'Oh dear.',
      AUDIO_OUT_SAMPLE_RATE: '16000',
    });
    expect([core.vad.threshold, core.vad.exitThreshold]).toEqual([0.6, 0.4]);
    expect(core.turn.endpoint.demand).toEqual([
      [250, 900],
      [1_000, 0],
    ]);
    expect([core.context.windowTokens, core.reply, outputRate]).toEqual([
      1_000,
      { tokensMax: 80, apology: 'Oh dear.' },
      16_000,
    ]);
  });
});

describe('a way of taking turns', () => {
  test('is parley’s unless another is named, and each is taken whole', () => {
    const policyOf = ({ vad, turn, playout, voice, presence: { nudge } }: CoreSettings) => {
      return { vad, turn, playout, voice, nudgeAfterMs: nudge.afterMs };
    };
    expect(policyOf(settingsOf({}).core)).toEqual(POLICIES.parley);
    for (const name of POLICY_NAMES) {
      expect(policyOf(settingsOf({ TURN_POLICY: name }).core)).toEqual(POLICIES[name]);
    }
  });

  test('gives way to what is set beside it, and to nothing else', () => {
    const { core } = settingsOf({
      TURN_POLICY: 'livekit-default',
      VAD_MIN_SILENCE_MS: '64',
      ENDPOINT_CURVE: '300:0.9, 2000:0',
      SPECULATION: 'voice',
      SPECULATION_SCORE: '0.25',
      BARGE_IN_CONFIRM_MS: '700',
      FIRST_TEXT: 'clause',
    });
    const theirs = POLICIES['livekit-default'];
    expect(core.vad).toEqual({ ...theirs.vad, minSilenceMs: 64 });
    expect(core.turn).toEqual({
      ...theirs.turn,
      endpoint: {
        demand: [
          [300, 900],
          [2_000, 0],
        ],
      },
      speculation: { ...theirs.turn.speculation, upTo: 'voice', score: 250 },
      overlap: { ...theirs.turn.overlap, confirmMs: 700 },
    });
    expect(core.voice).toEqual({ ...theirs.voice, first: 'clause' });
    expect(core.playout).toEqual(theirs.playout);
  });

  test('that contradicts what is set beside it is a problem', () => {
    const [problem] = problemsOf({ TURN_POLICY: 'livekit-default', VAD_THRESHOLD: '0.3' });
    expect(problem).toMatchObject({ variable: 'VAD_EXIT_THRESHOLD', kind: 'wrong' });
  });
});

describe('a missing key', () => {
  test('is named with where to get one, and all missing ones at once', () => {
    const read = readSettings({});
    const problems = read.ok ? [] : read.problems;
    expect(problems.map(({ variable, kind }) => [variable, kind])).toEqual([
      ['CARTESIA_API_KEY', 'missing'],
      ['CEREBRAS_API_KEY', 'missing'],
      ['ELEVENLABS_API_KEY', 'missing'],
    ]);
    for (const { todo, variable } of problems) {
      expect(todo).toContain(`set ${variable} in the environment or in .env`);
      expect(todo).toMatch(/get one at https:\/\//);
    }
  });
});

describe('a wrong value', () => {
  test.each([
    ['WS_PORT', 'eighty', 'must be a whole number from 0 to 65535'],
    ['WS_PORT', '70000', 'must be at most 65535'],
    ['LLM_TEMPERATURE', '3', 'must be at most 2'],
    ['LLM_TEMPERATURE', '1e-1', 'must be a number from 0 to 2'],
    ['STT_LANGUAGE', 'english', 'must be two lower-case letters such as en'],
    ['LOG_LEVEL', 'loud', 'must be one of: trace, debug, info, warn, error, silent'],
    ['AUDIO_OUT_SAMPLE_RATE', '48000', 'must be one of: 8000, 16000, 22050, 24000, 44100'],
    ['LLM_BASE_URL', 'api.cerebras.ai', 'must be a valid address that begins with https:// or http://'],
    ['CARTESIA_BASE_URL', 'https://api.cartesia.ai', 'begins with wss:// or ws://'],
    ['ELEVENLABS_BASE_URL', 'wss://host/?key=secret', 'without spaces and query'],
    ['ELEVENLABS_BASE_URL', 'wss://[half', 'must be a valid address'],
    ['CEREBRAS_API_KEY', 'two words', 'must be printable ASCII without spaces'],
    ['TRANSPORT_TYPE', 'carrier-pigeon', 'must be one of: websocket, webrtc, daily'],
    ['ALLOWED_ORIGINS', 'app.example.org', 'must be origins such as https://app.example.org'],
    ['ALLOWED_ORIGINS', 'https://a.example, https://b.example/path', 'must be origins'],
    ['TURN_POLICY', 'polite', 'must be one of: parley, pipecat-default, livekit-default'],
    ['VAD_THRESHOLD', '1.5', 'must be at most 0.99'],
    ['TRANSCRIPT_TIMEOUT_MS', '-1', 'must be a whole number from 200'],
    ['BARGE_IN_CONFIRM_MS', '-5', 'must be a whole number from 0'],
    ['SPECULATION_SCORE', '2', 'must be at most 1'],
    ['ENDPOINT_CURVE', '300:0.9 200:0.5', 'silence in ms rising'],
    ['ENDPOINT_CURVE', '300:0.5 500:0.5', 'the score (0 to 1) falling'],
    ['ENDPOINT_CURVE', '300:1.2', 'points such as'],
    ['ENDPOINT_CURVE', '-300:1', 'points such as'],
    ['ENDPOINT_CURVE', 'soon', 'points such as'],
    ['BARGE_IN', 'ignore', 'must be one of: stop, judge'],
  ])('of %s, %j, names the variable and what it must be', (name, value, expected) => {
    const [problem, ...others] = problemsOf({ [name]: value });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      variable: name,
      kind: 'wrong',
      expected: expect.stringContaining(expected),
    });
    expect(problem?.todo).toContain(`correct ${name}`);
  });

  test('is never repeated, for any variable and any text', () => {
    const value = fc.string({ minLength: 12 }).map((text) => `Zq7${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, wrong) => {
        const read = readSettings({ ...KEYS, [name]: wrong });
        if (!read.ok) expect(JSON.stringify(read.problems)).not.toContain('Zq7');
      }),
      { numRuns: 1_000 },
    );
  });

  test('of any kind is a problem, never an exception', () => {
    const odd = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.webUrl({ withQueryParameters: true }).map((url) => url.replace('http', 'ws')),
      fc.double().map(String),
      fc.constantFrom('ws://', 'wss://a b', 'wss://a:b', 'https://[::1', 'http://%', '0', '-0', '1e9', '０'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), odd, (name, text) => {
        readSettings({ ...KEYS, [name]: text });
      }),
      { numRuns: 2_000 },
    );
  });

  test('of several variables is told of all of them', () => {
    const problems = problemsOf({ WS_PORT: 'x', LLM_TOP_P: '2', CEREBRAS_API_KEY: '' });
    expect(problems.map(({ variable, kind }) => `${variable} ${kind}`)).toEqual([
      'CEREBRAS_API_KEY missing',
      'LLM_TOP_P wrong',
      'WS_PORT wrong',
    ]);
  });
});

test('origins stand between commas', () => {
  const read = readSettings({ ...KEYS, ALLOWED_ORIGINS: ' https://a.example ,http://b.example:8080, ' });
  expect(read.ok && [...read.settings.server.allowedOrigins]).toEqual([
    'https://a.example',
    'http://b.example:8080',
  ]);
});

describe('values that do not go together', () => {
  test('the exit threshold must not be above the threshold', () => {
    expect(problemsOf({ VAD_THRESHOLD: '0.3' })).toEqual([
      {
        variable: 'VAD_EXIT_THRESHOLD',
        kind: 'wrong',
        expected: 'must not be above VAD_THRESHOLD (0.3)',
        todo: 'lower VAD_EXIT_THRESHOLD or raise VAD_THRESHOLD',
      },
    ]);
    expect(problemsOf({ VAD_THRESHOLD: '0.3', VAD_EXIT_THRESHOLD: '0.3' })).toEqual([]);
  });

  test('the prompt must leave half of the window to the call', () => {
    const prompt = 'word '.repeat(1_500);
    expect(problemsOf({ SYSTEM_PROMPT: prompt })).toEqual([]);
    expect(problemsOf({ SYSTEM_PROMPT: prompt, CONTEXT_WINDOW_TOKENS: '2999' })).toMatchObject([
      {
        variable: 'CONTEXT_WINDOW_TOKENS',
        kind: 'wrong',
        expected: expect.stringContaining('must be at least 3000, twice what SYSTEM_PROMPT takes'),
        todo: 'raise CONTEXT_WINDOW_TOKENS or shorten SYSTEM_PROMPT',
      },
    ]);
  });

  test('daily takes a key or a room, and is of no interest to the other transports', () => {
    const room = { DAILY_ROOM_URL: 'https://x.daily.co/room', DAILY_TOKEN: 'dt' };
    expect(settingsOf({ ...room, DAILY_API_KEY: 'dk' }).daily).toBeUndefined();
    expect(problemsOf({ TRANSPORT_TYPE: 'daily' })).toMatchObject([
      { variable: 'TRANSPORT_TYPE', expected: expect.stringContaining('takes a DAILY_API_KEY') },
    ]);
    const usual = { apiUrl: 'https://api.daily.co/v1', expiryS: 7_200, geo: '', chromium: '' };
    const keyed = settingsOf({ TRANSPORT_TYPE: 'daily', DAILY_API_KEY: 'dk' });
    expect(keyed.daily).toEqual({ ...usual, key: 'dk', given: undefined });
    expect(keyed.server.transport).toBe('daily');
    const given = { url: room.DAILY_ROOM_URL, token: 'dt' };
    expect(settingsOf({ TRANSPORT_TYPE: 'daily', ...room }).daily).toEqual({ ...usual, key: '', given });
  });
});

test('secrets are those that were set, as they are used', () => {
  expect(secretsOf({ ...KEYS, DAILY_TOKEN: ' dt \n', DAILY_API_KEY: '', WS_HOST: 'h' })).toEqual([
    'ck',
    'bk',
    'ek',
    'dt',
  ]);
});

describe('.env.example', () => {
  const file = new URL('../.env.example', import.meta.url);

  test('is made from the table (after a change: npx vitest run agent/settings.test.ts -u)', async () => {
    await expect(envExample()).toMatchFileSnapshot('../.env.example');
  });

  test('holds every variable once: keys to fill in, the rest commented out with its default', () => {
    const text = readFileSync(file, 'utf8');
    expect(parseEnv(text)).toEqual({ CARTESIA_API_KEY: '', CEREBRAS_API_KEY: '', ELEVENLABS_API_KEY: '' });
    const all = parseEnv(text.replaceAll(/^# ([A-Z_]+=)/gm, '$1'));
    expect(Object.keys(all).sort()).toEqual(names.toSorted());
    for (const { name, preset } of table) expect(all[name], name).toBe(preset ?? '');
    expect(readSettings({ ...all, ...KEYS }).ok).toBe(true);
  });
});
