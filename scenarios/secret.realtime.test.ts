// Keys never leak. Distinctive keys are planted, vendors that repeat them in every error they can
// think of are played against, and whatever the program produces is searched: facts, traces, result
// files, logs, messages to the client, and the output of `npm start`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLog } from '#agent/io/log.ts';
import { countTokens } from '#agent/providers/tokens.ts';
import { readSettings } from '#agent/settings.ts';
import { encodeMessage } from '#agent/transports/websocket/wire.ts';
import { bundlePage } from '#reports/html/bundle.ts';
import { clientReady } from '#sim/caller/client/protocol.ts';
import type { Cast } from '#sim/cast.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { hostVendor } from '#sim/loopback/host.ts';
import { playLoopback } from '#sim/loopback/world.ts';
import { parseNetwork } from '#sim/network/parse.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import type { Vendor, VendorRequest } from '#sim/providers/vendor.ts';
import { playSim, type SimResult } from '#sim/world.ts';
import { writeAll } from './commands/output.ts';
import { conversationReport } from './conversation/assemble.ts';
import { evaluate } from './kpis/evaluate.ts';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { singleTurn } from './library/single-turn.ts';
import { readSpeech } from './speech/pack.ts';

/** Distinctive, and with all that JSON and regular expressions find special. */
const KEYS = {
  CARTESIA_API_KEY: 'sk_car_Qz7-PLANTED-"stt"-$1-\\w+',
  CEREBRAS_API_KEY: 'csk-Qz7-PLANTED-"llm"-$&-(.*)',
  ELEVENLABS_API_KEY: 'sk_Qz7-PLANTED-"tts"-\\n-[a-z]',
};
/** Part of every key: where it is, one of them has leaked. */
const MARK = 'Qz7-PLANTED';

const bundle = await bundlePage('conversation');
const folder = mkdtempSync(join(tmpdir(), 'parley-secret-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The key as the vendor got it. */
const keyOf = ({ headers }: VendorRequest): string =>
  headers['xi-api-key'] ?? headers['x-api-key'] ?? headers['authorization']?.replace('Bearer ', '') ?? '';

/** Lets nobody in, and says whom. */
const gatekeeper = (name: string): Vendor => ({
  name,
  upgrade: (request) => ({
    kind: 'refuse',
    afterUs: 1_000,
    status: 401,
    headers: { 'x-your-key': keyOf(request) },
    body: JSON.stringify({
      detail: { status: 'invalid_api_key', message: `Your key ${keyOf(request)} is wrong` },
    }),
  }),
  exchange: (request, exchange) => {
    exchange.head(401, { 'content-type': 'application/json', 'x-your-key': keyOf(request) });
    const error = { message: `Incorrect API key provided: ${keyOf(request)}.`, code: keyOf(request) };
    exchange.write(Buffer.from(JSON.stringify({ error })));
    exchange.end();
  },
});

/** Lets everybody in and changes its mind: an error in the protocol's own words, then a close. */
const gossip = (name: string): Vendor => ({
  name,
  upgrade: (request) => ({
    kind: 'accept',
    afterUs: 1_000,
    open: (socket) => ({
      message: () => {
        const text = `Key ${keyOf(request)} has been revoked`;
        socket.send(
          JSON.stringify({ type: 'error', error: text, message: text, status_code: 401, code: text }),
        );
        socket.close(1008, text.slice(0, 100));
      },
      closed: () => {},
    }),
  }),
  exchange: (request, exchange) => {
    exchange.head(200, { 'content-type': 'text/event-stream' });
    const error = { message: `Key ${keyOf(request)} has been revoked`, code: keyOf(request) };
    exchange.write(Buffer.from(`data: ${JSON.stringify({ error, status_code: 401 })}\n\n`));
    exchange.destroy();
  },
});

const everywhere =
  (make: (name: string) => Vendor) =>
  (cast: Cast): Cast => ({ stt: make(cast.stt.name), llm: make(cast.llm.name), tts: make(cast.tts.name) });

/** The caller is heard, so that the others are asked at all. */
const butHeard =
  (make: (name: string) => Vendor) =>
  (cast: Cast): Cast => ({ ...everywhere(make)(cast), stt: cast.stt });

const CASTS: Readonly<Record<string, (cast: Cast) => Cast>> = {
  'vendors that refuse': everywhere(gatekeeper),
  'vendors that refuse, but the recogniser': butHeard(gatekeeper),
  'vendors that fail in the middle': everywhere(gossip),
  'vendors that fail in the middle, but the recogniser': butHeard(gossip),
};

function optionsFor(recast: (cast: Cast) => Cast) {
  const profile = loadProfile('prd');
  const network = parseNetwork('loopback');
  if (!profile.ok || !network.ok) throw new Error('both come with the repository');
  return {
    ...singleTurn,
    seed: 1,
    profile: profile.profile,
    network: network.impairment,
    vendorNetwork: network.impairment,
    transport: 'websocket' as const,
    table: readSpeech(),
    countTokens,
    settle: 'tick' as const,
    interning: true,
    env: KEYS,
    recast,
  };
}

/** Everything that becomes of a run: its facts, its files, and the log that the agent would write. */
function remainsOf(name: string, result: SimResult): string {
  const out = join(folder, name.replaceAll(/\W+/g, '-'));
  const outcome = {
    scenario: singleTurn.name,
    seed: 1,
    end: 'finished' as const,
    detail: result.waitingFor,
    facts: result.facts,
    traceHash: result.traceHash,
    simulatedSeconds: result.simulatedUs / 1_000_000,
    cpuSeconds: 1,
    events: result.events,
  };
  const setup = {
    origin: singleTurn.name,
    world: 'sim' as const,
    transport: 'websocket',
    network: 'loopback',
    providers: 'prd',
    policy: 'parley',
  };
  const prices = vendorPrices();
  const runs = [fold(outcome, singleTurn, prices)];
  const evaluated = evaluate(runs, singleTurn, setup, 1);
  const traces = [{ seed: 1, facts: result.facts }];
  const material = { result: evaluated, runs, traces, scenario: singleTurn, setup, prices };
  const played = { result: evaluated, facts: result.facts, report: conversationReport(material) };
  expect(writeAll(out, [played], bundle).ok).toBe(true);
  const lines: string[] = [];
  const log = createLog('trace', Object.values(KEYS), (line) => lines.push(line));
  for (const fact of result.facts) log.debug(fact, fact.what);
  return [JSON.stringify(result.facts), ...filesIn(out), ...lines].join('\n');
}

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path).flatMap((name) => filesIn(join(path, name)))
    : [readFileSync(path, 'utf8')];

const errorsIn = (facts: readonly Fact[]): string[] =>
  facts.flatMap((fact) => (fact.who === 'agent' && fact.what === 'error' ? [fact.message] : []));

describe.each(Object.entries(CASTS))('%s', (name, recast) => {
  test('tell nothing of a key in the simulated world', async () => {
    const result = await playSim(optionsFor(recast));
    expect(errorsIn(result.facts).join('; '), 'the errors were told, without the key').toMatch(/key …/i);
    expect(remainsOf(`sim ${name}`, result)).not.toContain(MARK);
  });
});

test('nor do they on real sockets', async () => {
  // All at once: these calls are mostly a caller who waits in vain.
  const played = Object.entries(CASTS).map(async ([name, recast]) => {
    const result = await playLoopback(optionsFor(recast));
    expect(errorsIn(result.facts).join('; '), name).toMatch(/key …/i);
    expect(remainsOf(`loopback ${name}`, result), name).not.toContain(MARK);
  });
  await Promise.all(played);
});

describe('npm start', () => {
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['agent/main.ts'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'trace', WS_HOST: '127.0.0.1', ...env },
      timeout: 20_000,
    });

  test.each([
    ['a base URL that holds the key', { LLM_BASE_URL: `ftp://${MARK}` }],
    ['a base URL with the key in its query', { CARTESIA_BASE_URL: `wss://127.0.0.1/?api_key=${MARK}` }],
    ['a key that cannot be one', { CEREBRAS_API_KEY: `csk ${MARK}` }],
    [
      'a key in the wrong variable',
      { WS_PORT: MARK, LOG_LEVEL: MARK, TRANSPORT_TYPE: MARK, STT_LANGUAGE: MARK },
    ],
  ])('with %s refuses without repeating it', (_name, env) => {
    const { status, stdout, stderr } = start({ ...KEYS, ...env });
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain(MARK);
    expect(stderr).toContain(`${Object.keys(env)[0]} is wrong`);
  });

  test.each([gatekeeper, gossip])('with such vendors tells neither its log nor its caller', async (make) => {
    const hosted = await Promise.all(['stt', 'llm', 'tts'].map((name) => hostVendor(make(name))));
    const [stt, llm, tts] = hosted.map(({ port }) => port);
    const env = {
      PATH: process.env['PATH'],
      ...KEYS,
      LOG_LEVEL: 'trace',
      WS_HOST: '127.0.0.1',
      WS_PORT: '0',
      CARTESIA_BASE_URL: `ws://127.0.0.1:${stt}`,
      LLM_BASE_URL: `http://127.0.0.1:${llm}/v1`,
      ELEVENLABS_BASE_URL: `ws://127.0.0.1:${tts}`,
    };
    const agent = spawn(process.execPath, ['agent/main.ts'], { env });
    let output = '';
    for (const stream of [agent.stdout, agent.stderr])
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    await expect.poll(() => output, { timeout: 10_000 }).toContain('ready for callers');
    const url = /http:\/\/[\d.:]+/.exec(output)?.[0]?.replace('http', 'ws') ?? '';
    const socket = new WebSocket(url);
    let told = '';
    socket.on('message', (data: Buffer) => {
      told += data.toString('latin1');
    });
    socket.on('open', () => socket.send(encodeMessage(clientReady('visitor'))));
    await expect.poll(() => told, { timeout: 10_000 }).toContain('bot-ready');
    socket.on('close', (_code, reason) => {
      told += reason.toString();
    });
    // Typed, so that the model is asked although nobody can be heard.
    const typed = { label: 'rtvi-ai', type: 'send-text', id: '2', data: { content: 'Hello?' } };
    socket.send(encodeMessage(JSON.stringify(typed)));
    await expect.poll(() => output, { timeout: 10_000 }).toContain('"stage":"llm"');
    socket.close();
    agent.kill('SIGTERM');
    const [code] = await once(agent, 'exit');
    await Promise.all(hosted.map((host) => host.close()));
    expect(code, output).toBe(0);
    expect(output + told).not.toContain(MARK);
  });

  test('on an address that is not ours says nothing of its keys', () => {
    const { status, stdout, stderr } = start({ ...KEYS, WS_HOST: '192.0.2.1', ALLOW_INSECURE_PUBLIC: 'yes' });
    expect(status).toBe(3);
    expect(stdout + stderr).not.toContain(MARK);
  });
});

test('no problem with a setting repeats a key', () => {
  const read = readSettings({ ...KEYS, WS_PORT: 'x', CEREBRAS_API_KEY: `${MARK} ${MARK}` });
  expect(read.ok).toBe(false);
  expect(JSON.stringify(read)).not.toContain(MARK);
});
