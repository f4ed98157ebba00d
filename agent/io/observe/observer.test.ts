// The observer over whole calls: what the log, the figures and the dashboard say of them, and what none of
// them ever says.
import { describe, expect, test } from 'vitest';
import type { ObserveSettings } from '../../setting/observe-table.ts';
import { at, exchange, PRICES } from '../../telemetry/rehearsal.test-support.ts';
import { createLog } from '../log.ts';
import type { HttpAnswer } from '../route.ts';
import { observerPages } from './answer.ts';
import { Observer, type ObserverOptions } from './observer.ts';

const settings: ObserveSettings = {
  token: '',
  budgetUsdPerDay: 0,
  drainMs: 1_000,
  tracing: { endpoint: '', headers: {}, serviceName: 'parley', content: false },
};
const NOON = Date.UTC(2026, 10, 23, 12);
const models = {
  stt: { provider: 'cartesia', model: 'ink-2' },
  llm: { provider: 'cerebras', model: 'gpt-oss-120b' },
  tts: { provider: 'elevenlabs', model: 'flash' },
};
const start = { transport: 'websocket', peer: '192.0.2.7', epochMs: NOON, models, prices: PRICES } as const;

async function observing(options: Partial<ObserverOptions> = {}, level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const log = createLog(level, ['very-secret-key'], (line) => void lines.push(JSON.parse(line)));
  const observer = await Observer.start({ settings, log, now: () => NOON + 60_000, ...options });
  observer.opened();
  const pages = observerPages(observer);
  const get = async (path: string): Promise<HttpAnswer> => {
    const headers = { host: 'localhost:8765' };
    const answer = await pages({ method: 'GET', path, headers, body: '', peer: '127.0.0.1' });
    if (answer === undefined) throw new Error(`nothing at ${path}`);
    return answer;
  };
  return { observer, lines, get, metrics: async () => String((await get('/metrics')).body) };
}

/** A whole call: one exchange, and the caller hangs up. */
function call(observer: Observer, session = 'session-id-of-22-chars'): void {
  const one = observer.begin({ ...start, session });
  for (const fact of [at(0, { what: 'session.started' }), ...exchange(1, 1_000)]) one.note(fact);
  one.note(at(5_000, { what: 'session.ended', reason: 'the client left' }));
  one.ended();
}

describe('the log', () => {
  test('tells of a call who came, each answer, and at its end what it used and cost', async () => {
    const { observer, lines } = await observing();
    call(observer);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', 'a caller connected'],
      ['info', 'a turn was answered'],
      ['info', 'the call ended'],
    ]);
    expect(lines[1]).toMatchObject({ turn: 1, responseMs: 405, stagesMs: { llm: 150 } });
    expect(lines[2]).toMatchObject({
      reason: 'the client left',
      seconds: 60,
      turns: 1,
      sttSeconds: 1,
      tokensIn: 60,
      tokensOut: 4,
      characters: 8,
      usd: 0.000568,
    });
    expect(new Set(lines.map(({ session }) => session)).size).toBe(1);
    expect(lines[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
  });

  test('never names the id with which the caller may come back, nor at info what was said', async () => {
    const { observer, lines } = await observing();
    call(observer);
    expect(JSON.stringify(lines)).not.toMatch(/session-id-of|nine|when do you/);
  });

  test('at debug holds every fact, with its words, but no secret', async () => {
    const { observer, lines } = await observing({}, 'debug');
    const one = observer.begin({ ...start, session: 'x' });
    for (const fact of exchange(1, 0)) one.note(fact);
    const message = 'your key very-secret-key is wrong';
    one.note(at(9_000, { what: 'error', stage: 'tts', reason: 'auth', message, fatal: true }));
    const text = JSON.stringify(lines);
    expect(text).toContain('At nine.');
    expect(lines.filter(({ who }) => who === 'agent')).toHaveLength(exchange(1, 0).length + 1);
    expect(lines.at(-1)).toMatchObject({ level: 'error', message: 'your key [secret] is wrong' });
  });
});

describe('the figures', () => {
  test('count turns, stages, usage and money', async () => {
    const { observer, metrics } = await observing();
    for (let index = 0; index < 3; index += 1) call(observer, `call ${index}`);
    observer.begin({ ...start, session: 'another' });
    const text = await metrics();
    for (const line of [
      'parley_calls_started_total{transport="websocket"} 4',
      'parley_calls_ended_total{transport="websocket",by="client"} 3',
      'parley_calls_running{transport="websocket"} 1',
      'parley_turns_total{outcome="answered"} 3',
      'parley_response_seconds_count 3',
      'parley_stage_seconds_bucket{le="0.15",stage="llm"} 3',
      'parley_stage_seconds_bucket{le="0.1",stage="llm"} 0',
      'parley_stt_seconds_total 3',
      'parley_llm_tokens_total{kind="output"} 12',
      'parley_tts_characters_total 24',
      'parley_call_cost_usd_count 3',
      'parley_ready 1',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('hold no words and no names of calls, and do not grow with calls', async () => {
    const { observer, metrics } = await observing();
    call(observer);
    const before = (await metrics()).split('\n').length;
    for (let index = 0; index < 100; index += 1) call(observer, `call ${index}`);
    const text = await metrics();
    expect(text.split('\n').length - before).toBeLessThan(5);
    expect(text).not.toMatch(/nine|when do you|192\.0\.2\.7|session-id/);
  });

  test('with a bug of ours the call is counted as a fault', async () => {
    const { observer, lines, metrics } = await observing();
    const one = observer.begin({ ...start, session: 'x' });
    one.fault(new Error('oh'));
    one.ended();
    expect(await metrics()).toContain('parley_calls_ended_total{transport="websocket",by="fault"} 1');
    expect(lines.map(({ level }) => level)).toEqual(['info', 'error', 'info']);
  });
});

describe('the door', () => {
  const status = async (get: (path: string) => Promise<HttpAnswer>) => {
    const { status, body } = await get('/readyz');
    return [status, (JSON.parse(String(body)) as { status: string }).status];
  };

  test('is ready, full, and ready again', async () => {
    const { observer, get } = await observing({ callsMax: 1 });
    expect(await status(get)).toEqual([200, 'ready']);
    const one = observer.begin({ ...start, session: 'x' });
    expect(await status(get)).toEqual([503, 'full']);
    one.ended();
    expect(await status(get)).toEqual([200, 'ready']);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('closes when the money of the day is spent, and opens on the next', async () => {
    let now = NOON;
    const capped = { ...settings, budgetUsdPerDay: 0.001 };
    const { observer, get, metrics } = await observing({ settings: capped, now: () => now });
    call(observer);
    expect(observer.turnAway()).toBeUndefined();
    call(observer);
    expect(observer.turnAway()).toContain('tomorrow');
    expect(await status(get)).toEqual([503, 'spent']);
    expect(await metrics()).toContain('parley_calls_refused_total{why="spent"} 1');
    now += 24 * 3_600_000;
    expect(observer.turnAway()).toBeUndefined();
  });

  test('takes nobody while the agent starts or goes down', async () => {
    const log = createLog('silent', []);
    const observer = await Observer.start({ settings, log });
    expect(observer.door.state).toBe('starting');
    expect(observer.turnAway()).toBe('the agent is starting');
    observer.opened();
    observer.drain();
    observer.opened();
    expect(observer.door.state).toBe('draining');
  });
});

test('the dashboard is one page of this server, and its data has no words in it', async () => {
  const { observer, get } = await observing();
  call(observer);
  const page = await get('/dashboard');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(String(page.body)).not.toMatch(/<script>|<style|style="|https?:\/\//);
  expect((await get('/dashboard.js')).headers['content-type']).toContain('text/javascript');
  expect((await get('/dashboard.css')).status).toBe(200);
  const data = String((await get('/dashboard.json')).body);
  expect(JSON.parse(data)).toMatchObject({ totals: { calls: 1, turns: 1 }, response: { p50: 405 } });
  expect(data).not.toMatch(/nine|when do you|session-id/);
});
