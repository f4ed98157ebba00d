// The agent in a process of its own, served as `npm start` serves it; the settings of each session lead to
// that session's emulators. What it tells besides is what its parent measures with: facts, and usage.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { keepHeapSmall } from '#agent/io/heap.ts';
import { createLog } from '#agent/io/log.ts';
import { type CallPlan, serveAgent } from '#agent/serve.ts';
import { readSettings } from '#agent/settings.ts';
import { USUAL_CAST } from '#sim/providers/cast-choice.ts';
import { addressAt, castEnv } from '#sim/setting.ts';
import { startOf } from './instant.ts';
import type { AgentOrder, AgentReport, StatedFact } from './message.ts';

const TELL_EVERY_MS = 500;
const LOOK_EVERY_MS = 1_000;
/** Coarse: a finer look is work of its own. */
const LOOP_MS = 10;

const report = (message: AgentReport): void => {
  if (process.connected) process.send?.(message);
};

process.on('message', (order: AgentOrder) => {
  if (order.kind === 'begin') void begin(order);
});
process.on('disconnect', () => process.exit(0));

async function begin({ baseMs, vendors }: AgentOrder & { readonly kind: 'begin' }): Promise<void> {
  keepHeapSmall();
  const startMs = startOf(baseMs);
  const now = () => Math.floor((performance.now() - startMs) * 1_000);
  const facts: StatedFact[] = [];
  const planOf = (session: string): CallPlan => ({
    ...planAt(vendors, session),
    note: (fact) => facts.push({ session, atUs: now(), fact }),
  });
  const options = { ...planAt(vendors, 'none'), log: createLog('warn', []), planOf };
  const served = await serveAgent(options);
  if (!served.ok) return report({ kind: 'failed', reason: served.problem.what });
  report({ kind: 'ready', port: served.port, startedMs: performance.now() });
  const tell = () => report({ kind: 'facts', facts: facts.splice(0) });
  const loop = monitorEventLoopDelay({ resolution: LOOP_MS });
  loop.enable();
  const timers = [
    setInterval(tell, TELL_EVERY_MS),
    setInterval(() => report({ kind: 'usage', usage: usageAt(now()) }), LOOK_EVERY_MS),
  ];
  process.on('message', async (order: AgentOrder) => {
    if (order.kind !== 'stop') return;
    timers.forEach(clearInterval);
    await served.stop();
    tell();
    // What it measures holds the pace at which it looks.
    const late = (share: number) => Math.max(0, loop.percentile(share) / 1e6 - LOOP_MS);
    report({ kind: 'stopped', loopMs: { p50: late(50), p99: late(99) } });
  });
}

function usageAt(atUs: number) {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { atUs, cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed };
}

function planAt(vendors: number, session: string): CallPlan {
  const { first } = USUAL_CAST;
  const at = (stage: 'stt' | 'llm' | 'tts') =>
    addressAt(stage, first[stage].vendor, `127.0.0.1:${vendors}/${stage}/${session}`, false);
  const addresses = { stt: at('stt'), llm: at('llm'), tts: at('tts') };
  const read = readSettings({ ...castEnv(USUAL_CAST, addresses), WS_PORT: '0' });
  if (!read.ok) throw new Error(read.problems.map(({ expected }) => expected).join('; '));
  return { settings: read.settings, tools: [] };
}
