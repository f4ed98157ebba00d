// Where calls over Daily begin: a start makes a room, brings the agent into it and answers with the way in
// for the caller. The answer comes once the agent is there, so that a client which joins is met at once, and
// one that cannot be met is told why. It promises to leave no room behind it, and to name one that it must.
import { randomBytes } from 'node:crypto';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, toMs } from '../../core/time.ts';
import type { DailyAccount, DailyProblem } from '../../transports/daily/rest.ts';
import type { RoomPlan } from '../../transports/daily/room.ts';
import type { Connection } from '../connection.ts';
import type { Reception } from '../reception.ts';
import { type HttpAnswer, json, refused } from '../route.ts';
import type { BridgeFactory } from './bridge.ts';
import { DailyConnection } from './connection.ts';
import { RoomRun, type RoomRunOptions } from './room-run.ts';

export type DailyOptions = {
  readonly account: DailyAccount;
  /** Enters this room, with one caller at a time, in place of a new one for each. */
  readonly given?: RoomPlan['given'];
  readonly expiryS: number;
  readonly geo: string;
  readonly outputRate: number;
  readonly bridges: BridgeFactory;
  readonly ask: RoomRunOptions['ask'];
  /** Hears of what whoever runs the agent should mend, and of rooms that stay. */
  warn(problem: DailyProblem): void;
};

export type DailyDeskOptions = DailyOptions & {
  readonly reception: Reception;
  /** Callers of every kind who have a place now. */
  callers(): number;
  now(): Micros;
  onClient(connection: Connection): void;
  fault(error: unknown): void;
};

type Guest = { readonly run: RoomRun; readonly connection: DailyConnection };

export class DailyDesk {
  readonly #options: DailyDeskOptions;
  readonly #guests = new Map<string, Guest>();
  readonly #left = new Set<() => void>();

  constructor(options: DailyDeskOptions) {
    this.#options = options;
    options.bridges.warm();
  }

  /** Rooms that are open, or about to be. */
  get count(): number {
    return this.#guests.size;
  }

  /** Answers `POST /start`. `session`: the id that the call is to have; `peer`: the address that asks. */
  async start(session: string, peer: string): Promise<HttpAnswer> {
    const { callers, given, warn, reception, now } = this.#options;
    const admission = reception.judge(now(), session, { transport: 'daily', peer });
    if (!admission.ok) return refused(admission.status, admission.reason);
    if (callers() >= reception.callersMax) {
      return refused(503, `all ${reception.callersMax} places are taken; try again later`);
    }
    if (given !== undefined && this.#guests.size > 0) {
      return refused(503, 'the only room is in use; try again later');
    }
    const opening = await this.#open(session, peer).opening;
    if (opening.ok) {
      const { url, token } = opening.invitation;
      const way = token === undefined ? {} : { dailyToken: token };
      return json(200, { dailyRoom: url, ...way, sessionId: session });
    }
    // What is to be mended is the business of whoever runs the agent, not of the caller.
    warn(opening.problem);
    return refused(503, `no room can be had: ${opening.problem.what}`);
  }

  checkLiveness(deadAfterUs: Micros): void {
    for (const { connection } of this.#guests.values()) connection.checkLiveness(deadAfterUs);
  }

  /** Leaves every room, and ends once they are deleted or have had their time. */
  async close(reason: string): Promise<void> {
    for (const { run } of this.#guests.values()) run.leave(reason);
    if (this.#guests.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const impatience = setTimeout(resolve, toMs(LIMITS.dailyLeaveUs + LIMITS.dailyRestUs));
      this.#left.add(resolve);
      await promise;
      clearTimeout(impatience);
    }
    await this.#options.bridges.close();
  }

  #open(session: string, peer: string): RoomRun {
    const { reception, fault, bridges, ask, onClient, warn } = this.#options;
    const originUs = this.#options.now();
    const plan = this.#plan();
    const now = () => this.#options.now();
    const stay = (resident: Parameters<Connection['stay']>[0]) =>
      reception.settle(session, resident, 'daily', peer);
    const connection = new DailyConnection({ session, peer, now, fault, stay, limits: reception.limits });
    const run = new RoomRun(
      { plan, bridges, ask, now: () => now() - originUs },
      {
        met: () => this.#meet(connection, onClient),
        parted: (hungUp, why) => connection.parted(hungUp, why),
        undeleted: (room, { what, todo, retryable }) =>
          warn({ what: `room ${room} was not deleted and stays until it expires: ${what}`, todo, retryable }),
        message: (message) => connection.hear(message),
        sound: (pcm) => connection.sound(pcm),
        over: () => this.#forget(session),
      },
    );
    connection.attach(run);
    this.#guests.set(session, { run, connection });
    run.start();
    return run;
  }

  #meet(connection: DailyConnection, onClient: (connection: Connection) => void): void {
    try {
      onClient(connection);
    } catch (error) {
      this.#options.fault(error);
      connection.close(1011, 'internal error');
    }
  }

  #plan(): RoomPlan {
    const { account, given, expiryS, geo, outputRate } = this.#options;
    return {
      account,
      name: `parley-${randomBytes(16).toString('base64url')}`,
      ...(given === undefined ? {} : { given }),
      expiryS,
      geo,
      epochMs: Date.now(),
      outputRate,
    };
  }

  #forget(session: string): void {
    this.#guests.delete(session);
    if (this.#guests.size > 0) return;
    for (const resolve of this.#left) resolve();
    this.#left.clear();
  }
}
