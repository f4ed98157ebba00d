// The life of one room: made, a token for each side, entered through the bridge, the caller comes and goes,
// deleted. Pure: what happens goes in, what is to be done comes out, and `deadline` names the next moment at
// which something is due. It promises that every room that may have been made is deleted, or named when it
// could not be, and that each failure before the caller is invited comes out once, with what to do.
import { unreachable } from '../../core/assert.ts';
import { LIMITS } from '../../core/limit.ts';
import { type Micros, toMs } from '../../core/time.ts';
import type { FromBridge, ToBridge } from './bridge-message.ts';
import { NO_NAME_LEFT, NO_ROOM_NAME, roomProblem, TOO_LONG_IN, TOO_LONG_READY } from './problem.ts';
import {
  createRoom,
  createToken,
  type DailyAccount,
  type DailyProblem,
  deleteRoom,
  isNameTaken,
  isRefusal,
  type Read,
  type RestAnswer,
  type RestRequest,
  readDeletion,
  readRoom,
  readToken,
  roomNameOf,
} from './rest.ts';

export type RoomPlan = {
  readonly account: DailyAccount;
  /** Of the room to be made: nobody else's, so that one of this name can only be ours. */
  readonly name: string;
  /** A room that is there already is entered instead, and never deleted; token '' where it needs none. */
  readonly given?: { readonly url: string; readonly token: string };
  /** How long room and tokens are good for, s. */
  readonly expiryS: number;
  readonly geo: string;
  /** Wall clock at microsecond 0, milliseconds since 1970. */
  readonly epochMs: number;
  /** PCM rate of the agent's voice, Hz. */
  readonly outputRate: number;
};

export type RoomInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: RestAnswer }
  | { readonly kind: 'bridge'; readonly message: FromBridge }
  /** There is no bridge, or none any more. */
  | { readonly kind: 'bridge.lost'; readonly problem: DailyProblem }
  | { readonly kind: 'leave'; readonly reason: string }
  | { readonly kind: 'wake' };

export type RoomEffect =
  | { readonly kind: 'ask'; readonly id: number; readonly request: RestRequest }
  | { readonly kind: 'bridge'; readonly message: ToBridge }
  /** The agent is in the room: the caller may come. */
  | { readonly kind: 'invite'; readonly url: string; readonly token: string | undefined }
  | { readonly kind: 'failed'; readonly problem: DailyProblem }
  | { readonly kind: 'met' }
  /** After an invitation: the call is over. `hungUp`: it was the caller who left. */
  | { readonly kind: 'parted'; readonly hungUp: boolean; readonly reason: string }
  /** A room stays until it expires. */
  | { readonly kind: 'undeleted'; readonly name: string; readonly problem: DailyProblem }
  /** Nothing more will come. */
  | { readonly kind: 'over' };

type Stage = 'new' | 'preparing' | 'joining' | 'waiting' | 'talking' | 'leaving' | 'over';
type Step = 'create' | 'agent-token' | 'caller-token' | 'delete';
/** One call of the API, until it is answered for good; `at`: when to try again. */
type Ask = { readonly step: Step; readonly name: string; attempts: number; at: Micros | undefined };

export class Room {
  readonly #plan: RoomPlan;
  #stage: Stage = 'new';
  #effects: RoomEffect[] = [];
  #now: Micros = 0;
  readonly #asks = new Map<number, Ask>();
  #nextAsk = 0;
  /** Rooms that were asked for: each may exist, answered or not. */
  readonly #names: string[] = [];
  #url: string | undefined;
  #agentToken: string | undefined;
  #callerToken: string | undefined;
  #bridge: 'coming' | 'there' | 'gone' = 'coming';
  /** Of the stage it is in. */
  #patientUntil: Micros | undefined;

  constructor(plan: RoomPlan) {
    this.#plan = plan;
  }

  input(now: Micros, input: RoomInput): readonly RoomEffect[] {
    this.#now = now;
    this.#effects = [];
    this.#take(input);
    return this.#effects;
  }

  deadline(): Micros | undefined {
    const times = [...this.#asks.values()].map(({ at }) => at);
    const due = [this.#patientUntil, ...times].filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #take(input: RoomInput): void {
    if (this.#stage === 'over') return;
    switch (input.kind) {
      case 'start':
        return this.#start();
      case 'answered':
        return this.#answered(input.id, input.answer);
      case 'bridge':
        return this.#heard(input.message);
      case 'bridge.lost':
        this.#bridge = 'gone';
        if (this.#stage === 'leaving') return this.#finish();
        return this.#fail(input.problem);
      case 'leave':
        return this.#leave(false, input.reason);
      case 'wake':
        return this.#wake();
      default:
        return unreachable(input);
    }
  }

  #start(): void {
    if (this.#stage !== 'new') return;
    this.#stage = 'preparing';
    this.#patientUntil = this.#now + LIMITS.dailyPageUs + LIMITS.dailyJoinUs;
    const { given, account, name } = this.#plan;
    if (given === undefined) return this.#create(name);
    const room = roomNameOf(given.url);
    if (room === undefined) return this.#fail(NO_ROOM_NAME);
    this.#url = given.url;
    if (given.token !== '') this.#agentToken = given.token;
    // Without a key it must be a room that the caller enters without a token.
    if (account.key !== '') this.#askTokens(room);
    else this.#advance();
  }

  #create(name: string): void {
    this.#names.push(name);
    this.#ask('create', name);
  }

  #askTokens(room: string): void {
    if (this.#agentToken === undefined) this.#ask('agent-token', room);
    this.#ask('caller-token', room);
  }

  #ask(step: Step, name: string): void {
    const id = this.#nextAsk;
    this.#nextAsk += 1;
    this.#asks.set(id, { step, name, attempts: 0, at: undefined });
    this.#send(id);
  }

  #send(id: number): void {
    const ask = this.#asks.get(id);
    if (ask === undefined) return;
    ask.attempts += 1;
    ask.at = undefined;
    this.#effects.push({ kind: 'ask', id, request: this.#requestOf(ask) });
  }

  #requestOf({ step, name }: Ask): RestRequest {
    const { account, geo, epochMs, expiryS } = this.#plan;
    const expS = Math.floor((epochMs + toMs(this.#now)) / 1_000) + expiryS;
    switch (step) {
      case 'create':
        return createRoom(account, { name, expS, geo });
      case 'agent-token':
        return createToken(account, { room: name, userName: AGENT_NAME, expS });
      case 'caller-token':
        return createToken(account, { room: name, userName: 'caller', expS });
      case 'delete':
        return deleteRoom(account, name);
      default:
        return unreachable(step);
    }
  }

  #answered(id: number, answer: RestAnswer): void {
    const ask = this.#asks.get(id);
    if (ask === undefined) return;
    if (ask.step === 'create') {
      if (this.#stage === 'leaving') return this.#undo(id, ask.name);
      if (isNameTaken(answer)) return this.#rename(id);
      if (isRefusal(answer)) this.#names.splice(this.#names.indexOf(ask.name), 1);
    }
    const read = READERS[ask.step](answer);
    if (!read.ok) return this.#refused(id, ask, read.problem);
    this.#asks.delete(id);
    if (ask.step === 'delete') return this.#finish();
    if (this.#stage !== 'preparing') return;
    if (ask.step === 'create') {
      this.#url = read.value;
      this.#askTokens(ask.name);
    }
    if (ask.step === 'agent-token') this.#agentToken = read.value;
    if (ask.step === 'caller-token') this.#callerToken = read.value;
    this.#advance();
  }

  /** The room that nobody needs any more has just been made, as far as one knows. */
  #undo(id: number, name: string): void {
    this.#asks.delete(id);
    this.#ask('delete', name);
  }

  /** An attempt before, whose answer was lost, has made it: it is deleted with the rest. */
  #rename(id: number): void {
    this.#asks.delete(id);
    const { name } = this.#plan;
    if (this.#stage !== 'preparing') return;
    if (this.#names.length < LIMITS.attemptsMax) return this.#create(`${name}-${this.#names.length + 1}`);
    this.#fail(NO_NAME_LEFT);
  }

  #refused(id: number, ask: Ask, problem: DailyProblem): void {
    const backoffUs = LIMITS.backoffFirstUs * 2 ** (ask.attempts - 1);
    const waitUs = Math.max(backoffUs, problem.retryAfterUs ?? 0);
    const wanted = ask.step === 'delete' || this.#stage === 'preparing';
    const again = problem.retryable && ask.attempts < LIMITS.attemptsMax && wanted;
    if (again && waitUs <= LIMITS.retryAfterUsMax) {
      ask.at = this.#now + waitUs;
      return;
    }
    this.#asks.delete(id);
    if (ask.step !== 'delete') return this.#fail(problem);
    this.#effects.push({ kind: 'undeleted', name: ask.name, problem });
    this.#finish();
  }

  #heard(message: FromBridge): void {
    switch (message.type) {
      case 'ready':
        this.#bridge = 'there';
        return this.#advance();
      case 'joined':
        return this.#joined();
      case 'caller':
        if (this.#stage !== 'waiting') return;
        this.#stage = 'talking';
        this.#patientUntil = undefined;
        this.#effects.push({ kind: 'met' });
        return;
      case 'caller-left':
        if (this.#stage === 'talking') this.#leave(true, 'the caller left the room');
        return;
      case 'failed':
        return this.#fail(roomProblem(message.reason));
      case 'left':
        this.#bridge = 'gone';
        return this.#finish();
      case 'heard':
      case 'untold':
        return; // Business of the conversation.
      default:
        return unreachable(message);
    }
  }

  /** Into the room, once there is a way and a room. */
  #advance(): void {
    if (this.#stage !== 'preparing' || this.#bridge !== 'there' || this.#asks.size > 0) return;
    const url = this.#url;
    if (url === undefined) return;
    this.#stage = 'joining';
    this.#patientUntil = this.#now + LIMITS.dailyJoinUs;
    const token = this.#agentToken === undefined ? {} : { token: this.#agentToken };
    const join = { type: 'join', url, ...token, name: AGENT_NAME, rate: this.#plan.outputRate } as const;
    this.#effects.push({ kind: 'bridge', message: join });
  }

  #joined(): void {
    if (this.#stage !== 'joining' || this.#url === undefined) return;
    this.#stage = 'waiting';
    this.#patientUntil = this.#now + LIMITS.dailyCallerUs;
    this.#effects.push({ kind: 'invite', url: this.#url, token: this.#callerToken });
  }

  #fail(problem: DailyProblem): void {
    if (this.#stage === 'leaving') return;
    const invited = this.#stage === 'waiting' || this.#stage === 'talking';
    if (invited) return this.#leave(false, problem.what);
    this.#effects.push({ kind: 'failed', problem });
    this.#depart();
  }

  #leave(hungUp: boolean, reason: string): void {
    if (this.#stage === 'leaving') return;
    const invited = this.#stage === 'waiting' || this.#stage === 'talking';
    if (invited) this.#effects.push({ kind: 'parted', hungUp, reason });
    else
      this.#effects.push({ kind: 'failed', problem: { what: reason, todo: 'try again', retryable: true } });
    this.#depart();
  }

  /** Leaves, and deletes what may have been made; a room that is just being made after that. */
  #depart(): void {
    this.#stage = 'leaving';
    const making = new Set<string>();
    for (const [id, { step, name, at }] of [...this.#asks]) {
      if (step === 'create' && at === undefined) making.add(name);
      else this.#asks.delete(id);
    }
    if (this.#bridge === 'there') {
      this.#effects.push({ kind: 'bridge', message: { type: 'leave' } });
      this.#patientUntil = this.#now + LIMITS.dailyLeaveUs;
    } else {
      this.#bridge = 'gone';
      this.#patientUntil = undefined;
    }
    for (const name of this.#names) if (!making.has(name)) this.#ask('delete', name);
    this.#finish();
  }

  #finish(): void {
    if (this.#stage !== 'leaving' || this.#asks.size > 0 || this.#bridge !== 'gone') return;
    this.#stage = 'over';
    this.#patientUntil = undefined;
    this.#effects.push({ kind: 'over' });
  }

  #wake(): void {
    for (const [id, { at }] of [...this.#asks]) if (at !== undefined && at <= this.#now) this.#send(id);
    if (this.#patientUntil === undefined || this.#now < this.#patientUntil) return;
    this.#patientUntil = undefined;
    if (this.#stage === 'leaving') {
      this.#bridge = 'gone';
      return this.#finish();
    }
    if (this.#stage === 'waiting') return this.#leave(false, 'nobody came into the room');
    this.#fail(this.#stage === 'joining' ? TOO_LONG_IN : TOO_LONG_READY);
  }
}

const AGENT_NAME = 'agent';

const READERS: Readonly<Record<Step, (answer: RestAnswer) => Read<string | undefined>>> = {
  create: readRoom,
  'agent-token': readToken,
  'caller-token': readToken,
  delete: readDeletion,
};
