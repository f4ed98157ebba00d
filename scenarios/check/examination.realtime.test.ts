// The examination of providers, held against emulators and against all that may stand between: each failure
// is told by its cause, with what to mend, and never with the key.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { AnyEntrant } from '#agent/setting/roster.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { examine } from './examination.ts';
import { entrantOf, entrantsOf, recording, type StandIns, standIns } from './stand-in.test-support.ts';
import { verdictTable } from './table.ts';

type Env = Readonly<Record<string, string>>;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function world(providers = 'prd', faults: readonly FaultSpec[] = []): Promise<StandIns> {
  const stands = await standIns(providers, { faults });
  open.push(stands);
  return stands;
}

const benchOf = ({ clock }: StandIns) => ({ clock, clip: recording(), depth: 'least' }) as const;

async function verdictOf(stage: AnyEntrant['stage'], on: StandIns, env: Env = {}) {
  return examine(benchOf(on), entrantOf(stage, { ...on.env, ...env }), 2);
}

test.each(['prd', 'published,stt=deepgram,llm=groq,tts=deepgram', 'published,llm=openai,tts=cartesia'])(
  'all is well with %s: who, from where, how fast and for how much',
  async (providers) => {
    const on = await world(providers);
    const verdicts = await Promise.all(entrantsOf(on.env).map((one) => examine(benchOf(on), one, 2)));
    for (const verdict of verdicts) {
      expect(verdict).toMatchObject({ state: 'ok', address: '127.0.0.1', family: 4, region: 'FRA' });
      for (const spread of [verdict.connectMs, verdict.openMs, verdict.answerMs]) {
        expect(spread?.n).toBe(2);
        expect(spread?.max).toBeGreaterThanOrEqual(spread?.p50 ?? Infinity);
      }
      expect(verdict.openMs?.p50).toBeGreaterThan(4);
      expect(verdict.answerMs?.p50).toBeGreaterThan(20);
      if (verdict.usd !== null) expect(verdict.usd).toBeLessThan(0.002);
    }
    const table = verdictTable(verdicts, false);
    expect(table).toContain('all 3 work; this cost $0.00');
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  },
);

describe('a vendor that refuses is understood', () => {
  test.each([
    ['stt', 'http_401', /does not take the key/, 'CARTESIA_API_KEY', /play\.cartesia\.ai/],
    ['llm', 'http_401', /does not take the key/, 'CEREBRAS_API_KEY', /cloud\.cerebras\.ai/],
    ['tts', 'http_401', /does not take the key/, 'ELEVENLABS_API_KEY', /elevenlabs\.io/],
    ['stt', 'http_402', /no credit left/, 'CARTESIA_API_KEY', /add credit/],
    ['llm', 'http_402', /no credit left/, 'CEREBRAS_API_KEY', /add credit/],
    ['llm', 'http_429', /no more requests for now/, 'CEREBRAS_API_KEY', /wait .*limits and credit/],
    ['tts', 'http_429', /no more requests for now/, 'ELEVENLABS_API_KEY', /limits and credit/],
    ['llm', 'http_5xx', /trouble of its own/, '127.0.0.1', /try again/],
    ['llm', 'malformed', /gives an answer that is none|breaks the connection/, '127.0.0.1', /check|try/],
    ['tts', 'connect_refused', /breaks the connection/, '127.0.0.1', /TTS_BASE_URL/],
  ] as const)('%s %s', async (vendor, kind, what, where, todo) => {
    const on = await world('prd', [{ vendor, kind }]);
    const verdict = await verdictOf(vendor, on);
    expect(verdict.state).toBe('failed');
    expect(verdict.error?.what).toMatch(what);
    expect(verdict.error?.where).toContain(where);
    expect(verdict.error?.todo).toMatch(todo);
    expect(verdict.error?.exit).toBe(3);
    expect(verdictTable([verdict], false)).toContain('1 of 1 do not work');
  });

  test.each([
    ['stt', { STT_MODEL: 'ink-nonsense' }, 'STT_MODEL ("ink-nonsense")', /name a model/],
    ['llm', { LLM_MODEL: 'nonsense' }, 'LLM_MODEL ("nonsense")', /name a model/],
    ['tts', { TTS_VOICE_ID: 'nobody' }, 'TTS_VOICE_ID ("nobody")', /npm run voices/],
  ] as const)('an unknown name: %s %o', async (stage, env, where, todo) => {
    const verdict = await verdictOf(stage, await world(), env);
    expect(verdict.error?.what).toMatch(/refuses what it is asked for/);
    expect(verdict.error?.where).toContain(where);
    expect(verdict.error?.todo).toMatch(todo);
  });
});

describe('what stands between is named', () => {
  test('a name that is none', async () => {
    const { state, error } = await verdictOf('stt', await world(), { STT_BASE_URL: 'wss://nobody.invalid' });
    expect(state).toBe('failed');
    expect(error?.what).toMatch(/name of .* is not found/);
    expect(error?.where).toBe('nobody.invalid (STT_BASE_URL)');
  });

  test('nobody listens', async () => {
    const port = await freePort();
    const { error } = await verdictOf('llm', await world(), { LLM_BASE_URL: `http://127.0.0.1:${port}/v1` });
    expect(error?.what).toMatch(/takes no connection/);
    expect(error?.todo).toContain('LLM_BASE_URL');
  });

  test('no TLS where it is asked for', async () => {
    const on = await world();
    const plain = on.env['TTS_BASE_URL']?.replace('ws://', 'wss://') ?? '';
    const { error } = await verdictOf('tts', on, { TTS_BASE_URL: plain });
    expect(error?.what).toMatch(/no secure connection/);
    expect(error?.todo).toContain('NODE_EXTRA_CA_CERTS');
  });

  test.each([
    ['stt', 'ws', 'STT_BASE_URL', ''],
    ['llm', 'http', 'LLM_BASE_URL', '/v1'],
  ] as const)('an HTML page: %s', async (stage, scheme, variable, path) => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Please log in</p>');
    });
    const port = await listen(server);
    const address = `${scheme}://127.0.0.1:${port}${path}`;
    const { error } = await verdictOf(stage, await world(), { [variable]: address });
    expect(error?.what).toMatch(/HTML page/);
    expect(error?.where).toContain(variable);
  });
});

test('a provider without a key is not asked, the others are; no finding holds a key', async () => {
  const secret = 'sk-very-secret-key-0123456789';
  const on = await world('prd', [{ vendor: 'llm', kind: 'http_401' }]);
  const entrants = entrantsOf({ ...on.env, ELEVENLABS_API_KEY: '', CEREBRAS_API_KEY: secret });
  const verdicts = await Promise.all(entrants.map((one) => examine(benchOf(on), one, 1)));
  expect(verdicts.map(({ state }) => state)).toEqual(['ok', 'failed', 'no key']);
  expect(verdicts[2]?.error).toMatchObject({ where: 'ELEVENLABS_API_KEY' });
  expect(verdicts[2]?.error?.todo).toContain('https://elevenlabs.io');
  expect(JSON.stringify(verdicts)).not.toContain(secret);
});

test('those in reserve are examined as well, by the names of their own variables', async () => {
  const [on, other] = [await world(), await world('prd', [{ vendor: 'llm', kind: 'http_402' }])];
  const env = { LLM_FALLBACK_BASE_URL: other.env['LLM_BASE_URL'] ?? '', LLM_FALLBACK_API_KEY: 'k' };
  const second = entrantsOf({ ...on.env, ...env }).find(({ place }) => place === 'second');
  if (second === undefined) throw new Error('nobody in reserve');
  const verdict = await examine(benchOf(on), second, 1);
  expect(verdict).toMatchObject({ stage: 'llm', place: 'second', state: 'failed' });
  expect(verdict.error?.where).toBe('LLM_FALLBACK_API_KEY');
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  return port;
}
