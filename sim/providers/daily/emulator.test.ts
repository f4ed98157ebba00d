// The life of a room against Daily's REST API, emulated, in virtual time: what is asked in which order, what
// each fault leads to, and that no room is left behind whatever happens.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#agent/core/limit.ts';
import { ms, seconds } from '#agent/core/time.ts';
import type { FromBridge } from '#agent/transports/daily/bridge-message.ts';
import type { RestAnswer, RestRequest } from '#agent/transports/daily/rest.ts';
import { Room, type RoomEffect, type RoomInput, type RoomPlan } from '#agent/transports/daily/room.ts';
import type { Clock, Timer } from '#sim/kernel/clock.ts';
import type { VendorExchange } from '../vendor.ts';
import { DailyEmulator, type DailyFault, readDailyToken } from './emulator.ts';

const EPOCH_S = 1_795_305_600;
const ACCOUNT = { apiUrl: 'https://emulated/v1', key: 'dk' };
const PLAN: RoomPlan = {
  account: ACCOUNT,
  name: 'parley-x',
  expiryS: 3_600,
  geo: 'eu-central-1',
  epochMs: 1_000 * EPOCH_S,
  outputRate: 24_000,
};

/** Time that moves when it is told to. */
class HandClock implements Clock {
  #now = 0;
  #events: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after<A>(delay: number, run: (argument: A) => void, argument: A): Timer {
    this.#events.push({ at: this.#now + delay, run: () => run(argument) });
    return 0;
  }

  cancel(): void {}

  /** Runs what is due until `until`, which `deadline` may ask for more of. */
  run(until: number, deadline: () => number | undefined, wake: () => void): void {
    for (;;) {
      this.#events.sort((one, other) => one.at - other.at);
      const at = Math.min(this.#events[0]?.at ?? Number.POSITIVE_INFINITY, deadline() ?? Infinity);
      if (at > until) break;
      this.#now = Math.max(at, this.#now);
      if (this.#events[0]?.at === at) this.#events.shift()?.run();
      else wake();
    }
    this.#now = until;
  }
}

/** How long an answer of Daily takes here. */
const ANSWER_US = ms(80);

class Play {
  readonly clock = new HandClock();
  readonly daily: DailyEmulator;
  readonly room: Room;
  readonly effects: RoomEffect[] = [];

  constructor(faults: readonly DailyFault[] = [], plan: Partial<RoomPlan> = {}) {
    this.daily = new DailyEmulator({ clock: this.clock, key: 'dk', epochS: EPOCH_S, faults });
    this.room = new Room({ ...PLAN, ...plan });
  }

  input(input: RoomInput): void {
    for (const effect of this.room.input(this.clock.now(), input)) {
      this.effects.push(effect);
      if (effect.kind === 'ask') this.#ask(effect.id, effect.request);
    }
  }

  bridge(message: FromBridge): void {
    this.input({ kind: 'bridge', message });
  }

  run(spanUs: number): void {
    const until = this.clock.now() + spanUs;
    this.clock.run(
      until,
      () => this.room.deadline(),
      () => this.input({ kind: 'wake' }),
    );
  }

  /** Up to where the caller may come. */
  open(): void {
    this.input({ kind: 'start' });
    this.bridge({ type: 'ready' });
    this.run(seconds(10));
    this.bridge({ type: 'joined' });
  }

  of<K extends RoomEffect['kind']>(kind: K): (RoomEffect & { kind: K })[] {
    return this.effects.filter((effect): effect is RoomEffect & { kind: K } => effect.kind === kind);
  }

  #ask(id: number, request: RestRequest): void {
    const answered = (answer: RestAnswer): void => {
      this.clock.after(ANSWER_US, () => this.input({ kind: 'answered', id, answer }), undefined);
    };
    this.daily.exchange(
      {
        method: request.method,
        path: new URL(request.url).pathname,
        query: new URLSearchParams(),
        headers: request.headers,
        body: Buffer.from(request.body),
      },
      exchangeTo(answered),
    );
  }
}

function exchangeTo(answered: (answer: RestAnswer) => void): VendorExchange {
  let head = { status: 0, headers: {} };
  let body = '';
  return {
    head: (status, headers) => {
      head = { status, headers };
    },
    write: (chunk) => {
      body += Buffer.from(chunk).toString();
    },
    end: () => answered({ ok: true, ...head, body }),
    destroy: () => answered({ ok: false, reason: 'connection reset' }),
    onAbort: () => {},
  };
}

describe('a call', () => {
  test('has a room of its own from its start to its end, and a token for each side', () => {
    const play = new Play();
    play.open();
    expect(play.daily.rooms).toEqual(['parley-x']);
    const [invite] = play.of('invite');
    const [join] = play.of('bridge').map(({ message }) => message);
    expect(invite?.url).toBe('https://emulated.daily.co/parley-x');
    expect(join).toMatchObject({ type: 'join', url: invite?.url, name: 'agent', rate: 24_000 });
    const tokens = [join?.type === 'join' ? join.token : '', invite?.token].map((token) =>
      readDailyToken(token ?? ''),
    );
    // Nobody administers the room, enters another, sends a picture or stays for ever.
    for (const token of tokens) {
      expect(token).toMatchObject({
        room_name: 'parley-x',
        is_owner: false,
        eject_at_token_exp: true,
        permissions: { canSend: ['audio'], canAdmin: false },
      });
      expect(token.exp).toBe(EPOCH_S + 3_600);
    }
    expect(tokens.map(({ user_name }) => user_name)).toEqual(['agent', 'caller']);

    play.bridge({ type: 'caller', id: 'c' });
    play.bridge({ type: 'caller-left' });
    expect(play.of('parted')).toMatchObject([{ hungUp: true, reason: 'the caller left the room' }]);
    play.bridge({ type: 'left' });
    play.run(seconds(1));
    expect(play.daily.rooms).toEqual([]);
    expect(play.of('over')).toHaveLength(1);
    expect(play.daily.log).toEqual([
      'POST /rooms',
      'POST /meeting-tokens',
      'POST /meeting-tokens',
      'DELETE /rooms/parley-x',
    ]);
  });

  test('that nobody comes to ends, and so does one whose bridge breaks', () => {
    const alone = new Play();
    alone.open();
    alone.run(LIMITS.dailyCallerUs + LIMITS.dailyLeaveUs + seconds(1));
    expect(alone.of('parted')).toMatchObject([{ hungUp: false, reason: 'nobody came into the room' }]);
    expect([alone.of('over').length, alone.daily.rooms]).toEqual([1, []]);

    const broken = new Play();
    broken.open();
    broken.bridge({ type: 'caller', id: 'c' });
    broken.input({ kind: 'bridge.lost', problem: { what: 'it crashed', todo: '', retryable: true } });
    broken.run(seconds(1));
    expect(broken.of('parted')).toMatchObject([{ hungUp: false, reason: 'it crashed' }]);
    expect([broken.of('over').length, broken.daily.rooms]).toEqual([1, []]);
  });

  test('in a room that is there already neither makes nor deletes one', () => {
    const url = 'https://emulated.daily.co/lobby';
    const keyed = new Play([], { given: { url, token: '' } });
    keyed.open();
    keyed.input({ kind: 'leave', reason: 'enough' });
    keyed.run(seconds(3));
    expect(keyed.daily.log).toEqual(['POST /meeting-tokens', 'POST /meeting-tokens']);
    expect(keyed.of('over')).toHaveLength(1);
    const keyless = new Play([], { given: { url, token: 't' }, account: { ...ACCOUNT, key: '' } });
    keyless.open();
    expect(keyless.of('invite')).toEqual([{ kind: 'invite', url, token: undefined }]);
    expect(keyless.daily.log).toEqual([]);
    const wrong = new Play([], { given: { url: 'https://emulated.daily.co/', token: 't' } });
    wrong.open();
    expect(wrong.of('failed')[0]?.problem.what).toBe('DAILY_ROOM_URL names no room');
  });
});

describe('what goes wrong', () => {
  const fault = (kind: DailyFault['kind'], place: DailyFault['place'], times = 1): DailyFault => ({
    kind,
    place,
    times,
  });

  test.each<readonly [DailyFault, string]>([
    [fault('http_429', 'room', 2), 'POST /rooms'],
    [fault('http_5xx', 'room', 2), 'POST /rooms'],
    [fault('cut', 'token', 2), 'POST /meeting-tokens'],
    [fault('room_exists', 'room'), 'POST /rooms'],
  ])('for a moment is tried again: %j', (one, asked) => {
    const play = new Play([one]);
    play.open();
    expect(play.of('invite')).toHaveLength(1);
    const usual = asked === 'POST /rooms' ? 1 : 2;
    expect(play.daily.log.filter((line) => line === asked)).toHaveLength(usual + one.times);
  });

  test.each<readonly [DailyFault, string, string]>([
    [fault('http_401', 'room', 9), 'Daily answered 401 (authentication-error)', 'set DAILY_API_KEY'],
    [fault('http_401', 'token', 9), 'Daily answered 401 (authentication-error)', 'set DAILY_API_KEY'],
    [fault('http_429', 'room', 9), 'Daily answered 429 (rate-limit-error)', 'begin fewer calls at once'],
    [fault('http_5xx', 'token', 9), 'Daily answered 503', 'https://status.daily.co'],
    [fault('cut', 'room', 9), 'Daily cannot be reached: connection reset', 'the network of this machine'],
    [fault('malformed', 'room'), 'Daily’s answer lacks its `url`', 'https://api.daily.co/v1'],
    [fault('room_exists', 'room', 9), 'Daily has a room of every name asked for', 'try again'],
  ])('for good is told with what to do, and nothing stays: %j', (one, what, todo) => {
    const play = new Play([one]);
    play.open();
    play.bridge({ type: 'left' });
    play.run(seconds(10));
    expect(play.of('failed')).toHaveLength(1);
    expect(play.of('failed')[0]?.problem.what.replace("'", '’')).toContain(what);
    expect(play.of('failed')[0]?.problem.todo).toContain(todo);
    expect([play.of('over').length, play.of('invite').length, play.daily.rooms]).toEqual([1, 0, []]);
  });

  test('a wrong key and a missing one are told apart from all else', () => {
    const wrong = new Play([], { account: { ...ACCOUNT, key: 'other' } });
    wrong.open();
    expect(wrong.of('failed')[0]?.problem.todo).toContain('set DAILY_API_KEY');
    // Nothing was made, so nothing is deleted.
    expect(wrong.daily.log).toEqual(['POST /rooms']);
  });

  test('a room whose making was never answered is deleted as well', () => {
    const play = new Play([fault('lost', 'room')]);
    play.open();
    expect(play.of('invite')[0]?.url).toBe('https://emulated.daily.co/parley-x-2');
    expect(play.daily.rooms).toEqual(['parley-x', 'parley-x-2']);
    play.input({ kind: 'leave', reason: 'enough' });
    play.bridge({ type: 'left' });
    play.run(seconds(2));
    expect(play.daily.rooms).toEqual([]);
  });

  test('a room that is just being made when nobody wants it any more is deleted once it is there', () => {
    const play = new Play();
    play.input({ kind: 'start' });
    play.input({ kind: 'leave', reason: 'the server is shutting down' });
    expect(play.of('over')).toEqual([]);
    play.run(seconds(1));
    expect([play.of('over').length, play.daily.rooms]).toEqual([1, []]);
  });

  test('a room that cannot be deleted is named, and expires', () => {
    const play = new Play([fault('http_5xx', 'delete', 9)]);
    play.open();
    play.input({ kind: 'leave', reason: 'enough' });
    play.bridge({ type: 'left' });
    play.run(seconds(20));
    expect(play.of('undeleted')).toMatchObject([{ name: 'parley-x' }]);
    expect(play.of('over')).toHaveLength(1);
    play.run(seconds(3_600));
    expect(play.daily.rooms).toEqual([]);
  });
});

const bridgeInput: fc.Arbitrary<RoomInput> = fc.oneof(
  fc
    .constantFrom<FromBridge>(
      { type: 'ready' },
      { type: 'joined' },
      { type: 'caller', id: 'c' },
      { type: 'caller-left' },
      { type: 'failed', reason: 'thrown out' },
      { type: 'left' },
    )
    .map((message): RoomInput => ({ kind: 'bridge', message })),
  fc.constant<RoomInput>({ kind: 'leave', reason: 'enough' }),
  fc.constant<RoomInput>({
    kind: 'bridge.lost',
    problem: { what: 'gone', todo: 'look', retryable: true },
  }),
);

const anyFault: fc.Arbitrary<DailyFault> = fc.record({
  kind: fc.constantFrom('http_429', 'http_5xx', 'room_exists', 'malformed', 'cut', 'lost'),
  place: fc.constantFrom('room', 'token'),
  times: fc.integer({ min: 1, max: 3 }),
});

test('whatever happens in whatever order, a call ends once, is told of once, and leaves no room', () => {
  const step = fc.record({ input: bridgeInput, afterMs: fc.integer({ min: 0, max: 3_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.array(anyFault, { maxLength: 3 }), (steps, faults) => {
      const play = new Play(faults);
      play.input({ kind: 'start' });
      for (const { input, afterMs } of steps) {
        play.run(ms(afterMs));
        play.input(input);
      }
      play.run(seconds(600));
      expect(play.of('over')).toHaveLength(1);
      expect(play.of('failed').length + play.of('parted').length).toBe(1);
      expect(play.of('invite')).toHaveLength(play.of('parted').length);
      expect(play.of('met').length).toBeLessThanOrEqual(play.of('invite').length);
      if (play.of('undeleted').length === 0) expect(play.daily.rooms).toEqual([]);
      expect(play.room.deadline()).toBeUndefined();
    }),
  );
});

describe('the API itself', () => {
  const ask = (daily: DailyEmulator, method: string, path: string, body: unknown, key = 'Bearer dk') => {
    let answer: RestAnswer = { ok: false, reason: 'nothing' };
    const headers = key === '' ? {} : { authorization: key };
    const request = { method, path: `/v1${path}`, query: new URLSearchParams(), headers };
    daily.exchange(
      { ...request, body: Buffer.from(JSON.stringify(body ?? null)) },
      exchangeTo((one) => {
        answer = one;
      }),
    );
    return answer as RestAnswer;
  };
  const emulator = () => new DailyEmulator({ clock: new HandClock(), key: 'dk', epochS: EPOCH_S });

  test.each([
    ['no key', 'POST', '/rooms', {}, '', 400, 'authorization-header-error'],
    ['a wrong key', 'POST', '/rooms', {}, 'Bearer x', 401, 'authentication-error'],
    ['an unknown property', 'POST', '/rooms', { properties: { exq: 1 } }, 'Bearer dk', 400, 'exq'],
    ['no room', 'GET', '/rooms/nowhere', undefined, 'Bearer dk', 404, 'not-found'],
    ['no such place', 'PUT', '/rooms', {}, 'Bearer dk', 404, 'not-found'],
  ])('refuses %s', (_, method, path, body, key, status, word) => {
    expect(ask(emulator(), method, path, body, key)).toMatchObject({
      ok: true,
      status,
      body: expect.stringContaining(word),
    });
  });

  test('counts: deletions 10 in 5 s, everything else 100', () => {
    const daily = emulator();
    const statuses = Array.from({ length: 11 }, () => ask(daily, 'DELETE', '/rooms/x', undefined));
    expect(statuses.map((answer) => (answer.ok ? answer.status : 0))).toEqual([...Array(10).fill(404), 429]);
    expect(statuses.at(-1)).toMatchObject({ headers: { 'retry-after': '1' } });
  });
});
