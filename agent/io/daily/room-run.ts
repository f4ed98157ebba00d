// Runs one room: hands its life what happens, carries out what it asks, wakes it when something is due. What
// passes through the bridge besides, sound and messages, is for whoever holds the conversation.
import { type Micros, toMs } from '../../core/time.ts';
import type { FromBridge, ToBridge } from '../../transports/daily/bridge-message.ts';
import type { DailyProblem, RestAnswer, RestRequest } from '../../transports/daily/rest.ts';
import { Room, type RoomEffect, type RoomInput, type RoomPlan } from '../../transports/daily/room.ts';
import type { Bridge, BridgeFactory } from './bridge.ts';

/** How the caller gets into the room; no token where it needs none. */
export type Invitation = { readonly url: string; readonly token: string | undefined };

export type Opening =
  | { readonly ok: true; readonly invitation: Invitation }
  | { readonly ok: false; readonly problem: DailyProblem };

export type RoomRunHooks = {
  /** The caller is in the room. */
  met(): void;
  /** After `met` or instead of it: the call is over. */
  parted(hungUp: boolean, reason: string): void;
  /** Nothing is open any more, and the room is deleted unless `undeleted` said otherwise. */
  over(): void;
  undeleted(name: string, problem: DailyProblem): void;
  message(message: FromBridge): void;
  sound(pcm: Uint8Array): void;
};

export type RoomRunOptions = {
  readonly plan: RoomPlan;
  readonly bridges: BridgeFactory;
  ask(request: RestRequest): Promise<RestAnswer>;
  /** Since the plan's own microsecond 0. */
  now(): Micros;
};

export class RoomRun {
  readonly #options: RoomRunOptions;
  readonly #hooks: RoomRunHooks;
  readonly #room: Room;
  readonly #bridge: Bridge;
  readonly #opening = Promise.withResolvers<Opening>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RoomRunOptions, hooks: RoomRunHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#room = new Room(options.plan);
    this.#bridge = options.bridges.open({
      message: (message) => {
        this.#input({ kind: 'bridge', message });
        hooks.message(message);
      },
      sound: hooks.sound,
      lost: (reason) => this.#input({ kind: 'bridge.lost', problem: { ...NO_BRIDGE, what: reason } }),
    });
  }

  /** The bridge is coming up already. */
  start(): void {
    this.#input({ kind: 'start' });
  }

  /** Resolves once the agent is in the room, or cannot be. */
  get opening(): Promise<Opening> {
    return this.#opening.promise;
  }

  tell(message: ToBridge): void {
    this.#bridge.tell(message);
  }

  speak(pcm: Uint8Array): void {
    this.#bridge.speak(pcm);
  }

  leave(reason: string): void {
    this.#input({ kind: 'leave', reason });
  }

  #input(input: RoomInput): void {
    for (const effect of this.#room.input(this.#options.now(), input)) this.#carryOut(effect);
    this.#schedule();
  }

  #carryOut(effect: RoomEffect): void {
    switch (effect.kind) {
      case 'ask': {
        const { id, request } = effect;
        void this.#options.ask(request).then((answer) => this.#input({ kind: 'answered', id, answer }));
        return;
      }
      case 'bridge':
        return this.#bridge.tell(effect.message);
      case 'invite':
        return this.#opening.resolve({ ok: true, invitation: { url: effect.url, token: effect.token } });
      case 'failed':
        return this.#opening.resolve({ ok: false, problem: effect.problem });
      case 'met':
        return this.#hooks.met();
      case 'parted':
        return this.#hooks.parted(effect.hungUp, effect.reason);
      case 'undeleted':
        return this.#hooks.undeleted(effect.name, effect.problem);
      case 'over':
        this.#bridge.close();
        return this.#hooks.over();
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const at = this.#room.deadline();
    if (at === undefined) return;
    const delayMs = Math.max(0, Math.ceil(toMs(at - this.#options.now())));
    this.#timer = setTimeout(() => this.#input({ kind: 'wake' }), delayMs);
  }
}

const NO_BRIDGE = {
  todo: 'see that Chromium runs here (CHROMIUM_PATH), and that @daily-co/daily-js is installed',
  retryable: true,
} as const;
