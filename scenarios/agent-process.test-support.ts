// The agent as a process of its own on loopback, with emulated vendors that this process plays, and a client
// that types and keeps what it is told. For tests of what only a process can do: end at any moment, and start
// again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { countTokens } from '#agent/providers/tokens.ts';
import { decodeFrame, encodeMessage } from '#agent/transports/websocket/wire.ts';
import { clientReady } from '#sim/caller/client/protocol.ts';
import { type Cast, castVendors } from '#sim/cast.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { hostVendor } from '#sim/loopback/host.ts';
import { loadProfile, type Profile } from '#sim/providers/profile.ts';
import type { Vendor } from '#sim/providers/vendor.ts';
import { singleTurn } from './library/single-turn.ts';
import { readSpeech } from './speech/pack.ts';

type Env = Readonly<Record<string, string>>;

export type Asked = readonly { readonly role: string; readonly content: string }[];

export type Troupe = {
  /** Variables that lead an agent to them. */
  readonly env: Env;
  close(): Promise<void>;
};

/** Emulators of the usual vendors on free ports; `recast` puts others in their places. */
export async function openTroupe(
  recast: (cast: Cast) => Cast = (cast) => cast,
  change: (profile: Profile) => Profile = (profile) => profile,
): Promise<Troupe> {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  const clock = new RealClock();
  const world = { clock, chance: new KeyedChance(1, 'process'), turn: () => 0, note: () => {} };
  const parts = { world, profile: change(loaded.profile), brain: singleTurn.brain, table: readSpeech() };
  const cast = recast(castVendors({ ...parts, countTokens, interning: true }));
  const hosted = await Promise.all(
    [cast.stt, cast.llm, cast.tts].map((vendor) =>
      hostVendor(vendor, { instant: (run) => clock.instant(run) }),
    ),
  );
  const [stt, llm, tts] = hosted.map(({ port }) => port);
  return {
    env: {
      CARTESIA_API_KEY: 'emulated',
      CEREBRAS_API_KEY: 'emulated',
      ELEVENLABS_API_KEY: 'emulated',
      STT_BASE_URL: `ws://127.0.0.1:${stt}`,
      LLM_BASE_URL: `http://127.0.0.1:${llm}/v1`,
      TTS_BASE_URL: `ws://127.0.0.1:${tts}`,
    },
    close: async () => {
      await Promise.all(hosted.map((host) => host.close()));
      clock.close();
    },
  };
}

/** A model that answers with what `reply` makes of the messages, and keeps what it was asked. */
export function talker(asked: Asked[], reply: (messages: Asked) => string): Vendor {
  return {
    name: 'llm',
    upgrade: () => ({ kind: 'drop' }),
    exchange: ({ method, body }, exchange) => {
      exchange.head(200, { 'content-type': 'text/event-stream' });
      // The other question is the one that warms the connection.
      if (method === 'POST') {
        const { messages } = JSON.parse(Buffer.from(body).toString()) as { messages: Asked };
        asked.push(messages);
        const chunk = (delta: object, finish: string | null) =>
          exchange.write(
            Buffer.from(
              `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
            ),
          );
        chunk({ role: 'assistant', content: reply(messages) }, null);
        chunk({}, 'stop');
        exchange.write(Buffer.from('data: [DONE]\n\n'));
      }
      exchange.end();
    },
  };
}

export class AgentProcess {
  readonly #child: ChildProcess;
  #output = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#output += data.toString();
      });
    }
  }

  /** Resolves when it takes calls; rejects with its output when it ends before that. */
  static async start(env: Env): Promise<AgentProcess> {
    const all = { PATH: process.env['PATH'], WS_HOST: '127.0.0.1', WS_PORT: '0', ...env };
    const agent = new AgentProcess(spawn(process.execPath, ['agent/main.ts'], { env: all }));
    while (!agent.output.includes('ready for callers')) {
      if (agent.#child.exitCode !== null) throw new Error(agent.output);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return agent;
  }

  /** All that it has written. */
  get output(): string {
    return this.#output;
  }

  /** `host:port` */
  get address(): string {
    return /https?:\/\/([\d.]+:\d+)/.exec(this.#output)?.[1] ?? '';
  }

  /** Without a chance to tidy up. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** Asks it to end; its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    this.#child.kill('SIGTERM');
    const [code] = await once(this.#child, 'exit');
    return code;
  }
}

type Told = {
  readonly type: string;
  readonly id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
};

/** A client without a microphone. */
export class TypingClient {
  readonly #socket: WebSocket;
  readonly told: Told[] = [];
  audioBytes = 0;
  #count = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const decoded = decodeFrame(data);
      if (!decoded.ok) return;
      if (decoded.frame.kind === 'audio') this.audioBytes += decoded.frame.pcm.length;
      if (decoded.frame.kind === 'message') this.told.push(JSON.parse(decoded.frame.data));
    });
  }

  /** Connects and introduces itself. */
  static async call(url: string): Promise<TypingClient> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const client = new TypingClient(socket);
    socket.send(encodeMessage(clientReady('visitor')));
    return client;
  }

  types(content: string): void {
    this.says('send-text', { content });
  }

  says(type: string, data: unknown): void {
    this.#count += 1;
    const message = { label: 'rtvi-ai', type, id: String(this.#count), data };
    this.#socket.send(encodeMessage(JSON.stringify(message)));
  }

  /** How many messages of this type have come. */
  count(type: string): number {
    return this.told.filter((message) => message.type === type).length;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** A message as it is. */
  raw(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  hangUp(): void {
    this.#socket.close(1000);
  }

  cut(): void {
    this.#socket.terminate();
  }
}
