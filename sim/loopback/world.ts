// The same call in real time on real sockets of 127.0.0.1: the same agent behind its real server,
// the same emulators on ports of their own, the same caller on a real WebSocket, the real voice
// activity model. One process and one clock, so that all facts stand in one trace.
import { WebSocket } from 'ws';
import { createCall } from '#agent/call.ts';
import { seconds } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import { SessionHost } from '#agent/io/host.ts';
import { keepAliveAgents } from '#agent/io/http.ts';
import { startServer } from '#agent/io/server.ts';
import { VadWorker } from '#agent/io/vad.ts';
import { type AgentSettings, readSettings } from '#agent/settings.ts';
import { Caller } from '../caller/caller.ts';
import { castVendors, earFor } from '../cast.ts';
import type { Fact } from '../kernel/fact.ts';
import { KeyedChance } from '../kernel/random.ts';
import { Trace } from '../kernel/trace.ts';
import type { SimOptions, SimResult } from '../world.ts';
import { RealClock } from './clock.ts';
import { type HostedVendor, hostVendor } from './host.ts';

export type LoopbackOptions = Omit<SimOptions, 'network' | 'settle'>;

/** A real call may stand still no longer than this between two facts of its caller. */
const STALL_US = seconds(45);

export async function playLoopback(options: LoopbackOptions): Promise<SimResult> {
  const vad = await VadWorker.start();
  const clock = new RealClock();
  const trace = new Trace();
  let lastCallerFactUs = 0;
  const note = (fact: Fact) => {
    trace.note(fact);
    if (fact.who === 'caller') lastCallerFactUs = fact.t;
  };
  const chance = new KeyedChance(options.seed, options.name);
  const world = { clock, chance, turn: () => caller.act, note };
  const vendors = castVendors({ ...options, world });
  const hosted = await Promise.all([
    hostVendor(vendors.stt),
    hostVendor(vendors.llm),
    hostVendor(vendors.tts),
  ]);
  const settings = settingsFor(hosted, options.env);
  const agents = keepAliveAgents();
  let sessionEnded = false;
  const started = await startServer({
    host: '127.0.0.1',
    port: 0,
    onClient: (connection: Connection) => {
      const session = createCall({ settings, epochMs: Date.now(), countTokens: options.countTokens });
      const ended = () => {
        sessionEnded = true;
      };
      new SessionHost({ session, connection, vad, agents, now: () => clock.now(), note, ended });
    },
    onFault: (error) => {
      throw error;
    },
  });
  if (!started.ok) throw new Error(started.reason);
  const socket = new WebSocket(`ws://127.0.0.1:${started.server.port}/ws-client`, {
    perMessageDeflate: false,
  });
  const caller = new Caller({
    clock,
    chance,
    script: options.caller,
    table: options.table,
    index: earFor(options.brain, options.caller, settings.core.reply.apology, options.interning),
    interning: options.interning,
    note,
    line: { send: (data) => socket.send(data), close: () => socket.close(1000) },
  });
  socket.on('open', () => {
    socket.on('message', (data: Buffer, isBinary: boolean) =>
      caller.receive(isBinary ? data : data.toString()),
    );
    caller.opened();
  });
  socket.on('close', (code, reason) => caller.closed(code, reason.toString()));
  const end = await over(
    () => caller.gone && sessionEnded,
    () => clock.now() - lastCallerFactUs > STALL_US,
  );
  socket.terminate();
  await started.server.close();
  await Promise.all(hosted.map((host) => host.close()));
  agents.plain.destroy();
  agents.secure.destroy();
  await vad.stop();
  return {
    end,
    waitingFor: end === 'stopped' ? '' : caller.waitingFor,
    facts: trace.facts,
    traceHash: trace.hash,
    simulatedUs: clock.now(),
    events: trace.facts.length,
  };
}

const LOOK_EVERY_MS = 50;

function over(done: () => boolean, stalled: () => boolean): Promise<SimResult['end']> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!done() && !stalled()) return;
      clearInterval(timer);
      resolve(done() ? 'stopped' : 'until');
    }, LOOK_EVERY_MS);
  });
}

function settingsFor(
  [stt, llm, tts]: readonly HostedVendor[],
  env: Readonly<Record<string, string>> = {},
): AgentSettings {
  const read = readSettings({
    CARTESIA_API_KEY: 'emulated',
    CARTESIA_BASE_URL: `ws://127.0.0.1:${stt?.port}`,
    CEREBRAS_API_KEY: 'emulated',
    LLM_BASE_URL: `http://127.0.0.1:${llm?.port}/v1`,
    ELEVENLABS_API_KEY: 'emulated',
    ELEVENLABS_BASE_URL: `ws://127.0.0.1:${tts?.port}`,
    ...env,
  });
  if (!read.ok)
    throw new Error(read.problems.map(({ variable, expected }) => `${variable} ${expected}`).join('; '));
  return read.settings;
}
