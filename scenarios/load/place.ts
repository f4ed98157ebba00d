// One caller of a load run: a scripted caller with the stock client on a real WebSocket, from `POST /start`
// on. It keeps the facts of its mouth and ear; what the agent and its vendors state of the session is added.
import { WebSocket } from 'ws';
import type { Micros } from '#agent/core/time.ts';
import { Caller, PLAYER_RATE } from '#sim/caller/caller.ts';
import { WebsocketCallerClient } from '#sim/caller/client/websocket-client.ts';
import type { CallerScript } from '#sim/caller/script.ts';
import type { SpeechTable } from '#sim/caller/speech-table.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import type { RealClock } from '#sim/loopback/clock.ts';
import type { EarIndex } from '#sim/providers/ear-index.ts';

export type PlaceOptions = {
  readonly name: string;
  readonly seed: number;
  readonly clock: RealClock;
  readonly script: CallerScript;
  readonly table: SpeechTable;
  readonly index: EarIndex;
  /** Host and port of the agent. */
  readonly agent: string;
  /** The session has its id, and its vendors are needed now. */
  begun(session: string): void;
  /** The caller is at another act. */
  acted(session: string, act: number): void;
};

export class Place {
  readonly facts: Fact[] = [];
  readonly #options: PlaceOptions;
  #caller: Caller | undefined;
  #socket: WebSocket | undefined;
  #session = '';
  #act = 0;
  #openedUs: Micros | undefined;
  #refused: string | undefined;

  constructor(options: PlaceOptions) {
    this.#options = options;
  }

  get session(): string {
    return this.#session;
  }

  get seed(): number {
    return this.#options.seed;
  }

  /** The connection stood, and the caller has not hung up. */
  get talking(): boolean {
    return this.#openedUs !== undefined && this.#caller?.gone === false;
  }

  get gone(): boolean {
    return this.#refused !== undefined || this.#caller?.gone === true;
  }

  /** Why there was no call, or what it still waits for. */
  get waitingFor(): string {
    return this.#refused ?? this.#caller?.waitingFor ?? 'a connection';
  }

  /** Dials. Whatever goes wrong is told by `waitingFor`. */
  async call(): Promise<void> {
    const { agent, begun } = this.#options;
    try {
      const answer = await fetch(`http://${agent}/start`, { method: 'POST' });
      const { wsUrl } = (await answer.json()) as { readonly wsUrl?: unknown };
      if (typeof wsUrl !== 'string') throw new Error(`POST /start was answered with ${answer.status}`);
      this.#session = new URL(wsUrl).searchParams.get('session') ?? '';
      begun(this.#session);
      this.#dial(wsUrl);
    } catch (error) {
      this.#refused = error instanceof Error ? error.message : String(error);
    }
  }

  destroy(): void {
    this.#socket?.terminate();
  }

  #dial(url: string): void {
    const { clock, script, table, index, seed, name } = this.#options;
    const socket = new WebSocket(url, { perMessageDeflate: false });
    let client: WebsocketCallerClient | undefined;
    const caller = new Caller({
      clock,
      chance: new KeyedChance(seed, name),
      script,
      table,
      index,
      interning: true,
      client: (hooks) => {
        const line = { send: (data: Uint8Array) => socket.send(data), close: () => socket.close(1000) };
        const kind = { kind: 'stock', playerRate: PLAYER_RATE, interning: true } as const;
        client = new WebsocketCallerClient({ ...kind, clock, line, hooks });
        return client;
      },
      note: (fact) => this.#note(fact),
    });
    this.#caller = caller;
    this.#socket = socket;
    socket.on('open', () => {
      this.#openedUs = clock.now();
      caller.opened();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      clock.instant(() => client?.receive(isBinary ? data : data.toString()));
    });
    // An error is always followed by a close, which is what the caller hears of.
    socket.on('error', (error) => {
      if (this.#openedUs === undefined) this.#refused = error.message;
    });
    socket.on('close', (code, reason) => caller.closed(code, reason.toString()));
  }

  #note(fact: Fact): void {
    this.facts.push(fact);
    const act = this.#caller?.act ?? 0;
    if (act === this.#act) return;
    this.#act = act;
    this.#options.acted(this.#session, act);
  }
}
