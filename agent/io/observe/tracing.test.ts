// Traces as a collector gets them, over HTTP; and a collector that is away.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { at, exchange } from '../../telemetry/rehearsal.test-support.ts';
import { SpanFold } from '../../telemetry/span-fold.ts';
import { createLog } from '../log.ts';
import { startTracing } from './tracing.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Received = { readonly path: string; readonly key: string; readonly body: Buffer };

async function collector(status: number): Promise<{ endpoint: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const key = String(request.headers['x-key'] ?? '');
    received.push({ path: request.url ?? '', key, body: Buffer.concat(chunks) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

const models = {
  stt: { provider: 'cartesia', model: 'ink-2' },
  llm: { provider: 'cerebras', model: 'gpt-oss-120b' },
  tts: { provider: 'elevenlabs', model: 'flash' },
};

async function trace(endpoint: string): Promise<string[]> {
  const lines: string[] = [];
  const log = createLog('warn', [], (line) => void lines.push(line));
  const settings = { endpoint, headers: { 'x-key': 'k' }, serviceName: 'parley', content: false };
  const tracing = await startTracing(settings, log);
  const fold = new SpanFold({ id: 'c0ffee', transport: 'websocket', models, content: false });
  const call = tracing.begin(Date.UTC(2026, 10, 23));
  const ended = at(5_000, { what: 'session.ended', reason: 'the client left' });
  for (const fact of [at(0, { what: 'session.started' }), ...exchange(1, 1_000), ended]) {
    call.take(fold.take(fact));
  }
  await tracing.close();
  return lines;
}

type WireSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
};

test('a collector gets one trace a call: conversation, turn, stages, at their times', async () => {
  const { endpoint, received } = await collector(200);
  expect(await trace(endpoint)).toEqual([]);
  expect(received.map(({ path, key }) => [path, key])).toEqual([['/v1/traces', 'k']]);
  const { resourceSpans } = JSON.parse(String(received[0]?.body)) as {
    resourceSpans: { scopeSpans: { spans: WireSpan[] }[] }[];
  };
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const named = (name: string) => spans.find((span) => span.name === name);
  const [root, turn, chat] = [named('invoke_agent parley'), named('turn'), named('chat gpt-oss-120b')];
  expect(spans).toHaveLength(7);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect([root?.parentSpanId ?? '', turn?.parentSpanId, chat?.parentSpanId]).toEqual([
    '',
    root?.spanId,
    turn?.spanId,
  ]);
  const epochNs = BigInt(Date.UTC(2026, 10, 23)) * 1_000_000n;
  expect(BigInt(chat?.startTimeUnixNano ?? 0) - epochNs).toBe(1_632_000_000n);
  expect(BigInt(chat?.endTimeUnixNano ?? 0) - epochNs).toBe(1_832_000_000n);
});

test('a collector that refuses, or is not there, costs one line in the log and no time', async () => {
  const { endpoint } = await collector(400);
  for (const place of [endpoint, 'http://127.0.0.1:1']) {
    const before = performance.now();
    const lines = await trace(place);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
    expect(performance.now() - before).toBeLessThan(4_000);
  }
});
