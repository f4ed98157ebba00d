// The settings of Daily: a part of the table of all variables, in the same form and with the same promises.
// They matter with TRANSPORT_TYPE=daily only, and do no harm otherwise.
import { z } from 'zod';
import { address, addressOrNone, keyOrNone, type Problem, type Variable, whole } from './variable.ts';

export type DailySettings = {
  readonly apiUrl: string;
  /** '' when there is none: then `given` needs none. */
  readonly key: string;
  /** A room that is there already, in place of one for each call; token '' for none. */
  readonly given: { readonly url: string; readonly token: string } | undefined;
  readonly expiryS: number;
  /** Region of the rooms; '' leaves it to Daily. */
  readonly geo: string;
  /** '' looks for one. */
  readonly chromium: string;
};

export const DAILY_VARIABLES = {
  dailyApiKey: {
    name: 'DAILY_API_KEY',
    about: 'key of the domain whose rooms are used; https://dashboard.daily.co/developers',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  dailyApiUrl: {
    name: 'DAILY_API_URL',
    about: 'address of the REST API',
    schema: address('https', 'http'),
    preset: 'https://api.daily.co/v1',
  },
  dailyRoomExpiryS: {
    name: 'DAILY_ROOM_EXPIRY_S',
    about: 'after so long a room and its tokens are good for nothing, s: no call is longer',
    schema: whole(60, 86_400),
    preset: '7200',
  },
  dailyGeo: {
    name: 'DAILY_GEO',
    about: 'region of the rooms, such as eu-central-1; when empty Daily chooses',
    schema: z.string().regex(/^[a-z0-9-]{0,40}$/, 'must be a region such as eu-central-1'),
    preset: '',
  },
  dailyRoomUrl: {
    name: 'DAILY_ROOM_URL',
    about: 'a room to be used for one call at a time, in place of a new one for each',
    schema: addressOrNone('https', 'http'),
    preset: '',
  },
  dailyToken: {
    name: 'DAILY_TOKEN',
    about: 'meeting token of the agent in that room; with DAILY_API_KEY one is made when empty',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  chromiumPath: {
    name: 'CHROMIUM_PATH',
    about:
      'the Chromium or Chrome that takes the agent into rooms; when empty an installed one is looked for',
    schema: z.string(),
    preset: '',
  },
} as const satisfies Record<string, Variable<unknown>>;

export type DailyValues = {
  [K in keyof typeof DAILY_VARIABLES]: z.output<(typeof DAILY_VARIABLES)[K]['schema']>;
};

export const dailySettings = (values: DailyValues): DailySettings => ({
  apiUrl: values.dailyApiUrl.replace(/\/$/, ''),
  key: values.dailyApiKey,
  given: values.dailyRoomUrl === '' ? undefined : { url: values.dailyRoomUrl, token: values.dailyToken },
  expiryS: values.dailyRoomExpiryS,
  geo: values.dailyGeo,
  chromium: values.chromiumPath,
});

/** Of TRANSPORT_TYPE=daily without any room to be had. */
export function dailyProblem({ key, given }: DailySettings): Problem | undefined {
  if (key !== '' || given !== undefined) return undefined;
  return {
    variable: 'TRANSPORT_TYPE',
    kind: 'wrong',
    expected: 'daily makes a room for each call, which takes a DAILY_API_KEY',
    todo: 'set DAILY_API_KEY (https://dashboard.daily.co/developers), or DAILY_ROOM_URL to a room of yours',
  };
}
