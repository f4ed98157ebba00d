// What is asked of Daily's REST API, and what its answers mean: a private room for one call, a token for each
// of the two who may enter it, and the end of the room. It promises that every room and token expires by
// itself, and that neither token opens another room or administers this one. What goes wrong is a value.
// Source: https://docs.daily.co/reference/rest-api.
import { parseRetryAfter } from '../../core/failure.ts';
import { LIMITS } from '../../core/limit.ts';
import type { Micros } from '../../core/time.ts';
import type { Headers } from '../../core/wire.ts';

/** Whose rooms these are. */
export type DailyAccount = {
  /** `https://api.daily.co/v1`, without a slash at its end. */
  readonly apiUrl: string;
  readonly key: string;
};

export type RestRequest = {
  readonly method: 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Headers;
  /** '' for none. */
  readonly body: string;
};

/** `ok` is false when there was no answer at all. */
export type RestAnswer =
  | { readonly ok: true; readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly ok: false; readonly reason: string };

/** What went wrong, and what whoever runs the agent can do about it. */
export type DailyProblem = {
  readonly what: string;
  readonly todo: string;
  readonly retryable: boolean;
  readonly retryAfterUs?: Micros;
};

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: DailyProblem };

export type RoomWish = {
  readonly name: string;
  /** Seconds since 1970: nobody is in the room any more then. */
  readonly expS: number;
  /** Where its media server should be, as Daily names regions; '' leaves it to them. */
  readonly geo: string;
};

/** Two people, sound only, nothing of the prebuilt page's own. */
export function createRoom(account: DailyAccount, { name, expS, geo }: RoomWish): RestRequest {
  const properties = {
    exp: expS,
    eject_at_room_exp: true,
    max_participants: 2,
    enable_chat: false,
    enable_screenshare: false,
    enable_people_ui: false,
    enable_prejoin_ui: false,
    enable_emoji_reactions: false,
    start_video_off: true,
    start_audio_off: false,
    ...(geo === '' ? {} : { geo }),
  };
  return post(account, '/rooms', { name, privacy: 'private', properties });
}

export type TokenWish = {
  /** Without it a token opens every room of the domain. */
  readonly room: string;
  readonly userName: string;
  readonly expS: number;
};

/** For either side: it may be heard and hear, and nothing else. */
export const createToken = (account: DailyAccount, { room, userName, expS }: TokenWish): RestRequest =>
  post(account, '/meeting-tokens', {
    properties: {
      room_name: room,
      user_name: userName,
      is_owner: false,
      exp: expS,
      eject_at_token_exp: true,
      start_video_off: true,
      start_audio_off: false,
      permissions: { hasPresence: true, canSend: ['audio'], canAdmin: false },
    },
  });

export const deleteRoom = ({ apiUrl, key }: DailyAccount, name: string): RestRequest => ({
  method: 'DELETE',
  url: `${apiUrl}/rooms/${encodeURIComponent(name)}`,
  headers: { authorization: `Bearer ${key}` },
  body: '',
});

/** Address of the room that was made. */
export function readRoom(answer: RestAnswer): Read<string> {
  const url = textIn(answer, 'url');
  if (!url.ok || /^https?:\/\//.test(url.value)) return url;
  return refuse(unreadable('the address of the room'));
}

export const readToken = (answer: RestAnswer): Read<string> => textIn(answer, 'token');

/** A room that is not there is deleted. */
export function readDeletion(answer: RestAnswer): Read<undefined> {
  if (answer.ok && (answer.status === 404 || isGood(answer.status))) return { ok: true, value: undefined };
  return refuse(problemOf(answer));
}

/** Daily refuses a room whose name is taken. */
export const isNameTaken = (answer: RestAnswer): boolean =>
  answer.ok && answer.status === 400 && /already exists/i.test(answer.body);

/** Nothing was made: they said no, and it was not for being busy. */
export const isRefusal = (answer: RestAnswer): boolean =>
  answer.ok && answer.status >= 400 && answer.status < 500 && answer.status !== 429;

/** The name of a room, from its address; undefined when that is none. */
export function roomNameOf(url: string): string | undefined {
  const name = /^https?:\/\/[^/?#]+\/([\w-]{1,128})\/?(?:[?#].*)?$/.exec(url)?.[1];
  return name;
}

function post({ apiUrl, key }: DailyAccount, path: string, body: unknown): RestRequest {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return { method: 'POST', url: `${apiUrl}${path}`, headers, body: JSON.stringify(body) };
}

const isGood = (status: number): boolean => status >= 200 && status < 300;

function textIn(answer: RestAnswer, name: string): Read<string> {
  if (!answer.ok || !isGood(answer.status)) return refuse(problemOf(answer));
  const value = objectIn(answer.body)?.[name];
  return typeof value === 'string' && value !== ''
    ? { ok: true, value }
    : refuse(unreadable(`its \`${name}\``));
}

const refuse = (problem: DailyProblem): Read<never> => ({ ok: false, problem });

const unreadable = (what: string): DailyProblem => ({
  what: `Daily's answer lacks ${what}`,
  todo: 'check that DAILY_API_URL is the address of the API, https://api.daily.co/v1',
  retryable: false,
});

function problemOf(answer: RestAnswer): DailyProblem {
  if (!answer.ok) {
    const todo = 'check the network of this machine, and DAILY_API_URL';
    return { what: `Daily cannot be reached: ${answer.reason}`, todo, retryable: true };
  }
  const { status, headers, body } = answer;
  const said = wordsOf(body);
  const what = `Daily answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status === 401 || status === 403 || said.startsWith('authorization-header-error')) {
    return { what, todo: KEY_TODO, retryable: false };
  }
  if (status === 429) {
    const retryAfterUs = parseRetryAfter(headers['retry-after']);
    const todo = 'begin fewer calls at once: a domain may ask some 20 times a second, delete twice';
    return { what, todo, retryable: true, ...(retryAfterUs === undefined ? {} : { retryAfterUs }) };
  }
  if (status >= 500) return { what, todo: 'try again later, see https://status.daily.co', retryable: true };
  if (status === 404) return { what, todo: 'check DAILY_API_URL and DAILY_ROOM_URL', retryable: false };
  return { what, todo: 'see https://docs.daily.co/reference/rest-api for what it says', retryable: false };
}

const KEY_TODO = 'set DAILY_API_KEY to the key of your domain: https://dashboard.daily.co/developers';

/** Their own words for what is wrong: a code, and more about it. */
function wordsOf(body: string): string {
  const object = objectIn(body);
  const words = [object?.['error'], object?.['info']].filter((word) => typeof word === 'string');
  return words.join(': ').slice(0, LIMITS.failureCharsMax);
}

function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return undefined;
  }
}
