// Runs an agent's session in the virtual world: hands it what happens, carries out what it asks on
// the modelled network, answers its voice activity questions from recorded scores, and wakes it at
// its deadline. The counterpart of `agent/io/host.ts`, with the same session inside.
import type { AgentFact } from '#agent/core/fact.ts';
import { LIMITS } from '#agent/core/limit.ts';
import type { SessionEffect } from '#agent/core/outlet.ts';
import type { Session, SessionInput } from '#agent/core/session.ts';
import type { Micros } from '#agent/core/time.ts';
import type { ToolRequest } from '#agent/core/tool/spec.ts';
import type { HttpRequest, Lane, SocketRequest } from '#agent/core/wire.ts';
import type { Welcome } from './client-leg/leg.ts';
import type { Clock, Timer } from './kernel/clock.ts';

export type AgentWorld = {
  readonly clock: Clock;
  note(fact: AgentFact): void;
  /** Recorded score 0…1024 of a window of 1,024 bytes. */
  score(pcm: Uint8Array): number;
  stt(request: SocketRequest, lane: Lane): void;
  tts(request: SocketRequest, lane: Lane): void;
  llm(request: HttpRequest, lane: Lane): void;
  tool(request: ToolRequest): void;
  toClient(data: string | Uint8Array): void;
  /** One frame for the client's media path. */
  toMedia(pcm: Uint8Array): void;
  closeClient(code: number, reason: string): void;
};

/** A session as its host sees it. */
export type Agent = Pick<Session, 'input' | 'poll' | 'deadline'>;

export class AgentHost {
  readonly #session: Agent;
  readonly #world: AgentWorld;
  #timer: Timer | undefined;
  #timerAt: Micros | undefined;
  #ended = false;
  /** The last that came from the client, and whether its connection is known to be broken. */
  #heardUs: Micros = 0;
  #away = false;

  constructor(session: Agent, world: AgentWorld) {
    this.#session = session;
    this.#world = world;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The connection is found to be broken. */
  lost(reason: string): void {
    if (this.#away) return;
    this.#away = true;
    this.input({ kind: 'client.lost', reason, sinceUs: this.#heardUs });
  }

  /** The client is at the door again, as at that of `agent/io/reception.ts`. */
  back(): Welcome {
    if (this.#ended) return 'over';
    const silentUs = this.#world.clock.now() - this.#heardUs;
    if (!this.#away && silentUs < LIMITS.clientQuietUs) return 'busy';
    this.lost('the client came back on another connection');
    this.#away = false;
    this.input({ kind: 'client.back' });
    return 'back';
  }

  input(event: SessionInput): void {
    if (this.#ended) return;
    if (event.kind === 'client' || event.kind === 'client.media') this.#heardUs = this.#world.clock.now();
    this.#session.input(this.#world.clock.now(), event);
    for (let effect = this.#session.poll(); effect !== undefined; effect = this.#session.poll()) {
      this.#carryOut(effect);
    }
    this.#schedule();
  }

  #carryOut(effect: SessionEffect): void {
    const world = this.#world;
    switch (effect.kind) {
      case 'fact':
        return world.note(effect.fact);
      case 'score':
        // A recorded score costs no time; the real model takes a third of a millisecond.
        return this.#session.input(world.clock.now(), { kind: 'scored', score: world.score(effect.pcm) });
      case 'stt':
        return world.stt(effect.request, effect.lane ?? 0);
      case 'tts':
        return world.tts(effect.request, effect.lane ?? 0);
      case 'llm':
        return world.llm(effect.request, effect.lane ?? 0);
      case 'tool':
        return world.tool(effect.request);
      case 'client.send':
        return world.toClient(effect.data);
      case 'client.media':
        return world.toMedia(effect.pcm);
      case 'client.close':
        return world.closeClient(effect.code, effect.reason);
      case 'ended':
        this.#ended = true;
    }
  }

  #schedule(): void {
    const { clock } = this.#world;
    const at = this.#ended ? undefined : this.#session.deadline();
    if (at === this.#timerAt) return;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    this.#timerAt = at;
    this.#timer =
      at === undefined ? undefined : clock.after(Math.max(0, at - clock.now()), this.#wake, undefined);
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    this.#timerAt = undefined;
    this.input({ kind: 'wake' });
  };
}
