// The settings of who may call, how much of it, and what is kept of it: a part of the table of all variables,
// in the same form and with the same promises. Together they must not open an agent to the world by accident.
import { z } from 'zod';
import { LIMITS } from '../core/limit.ts';
import { type Micros, toMs } from '../core/time.ts';
import { oneOf, type Problem, type Variable, whole } from './variable.ts';

/** Where conversations are kept beside memory. */
export type StorePlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'redis'; readonly address: string };

/** What callers may take, all together and each. */
export type CallerLimits = {
  readonly sessionsMax: number;
  /** Of one address at the same time, this machine's own excepted. */
  readonly sessionsPerAddressMax: number;
  readonly messageBytesMax: number;
  readonly messagesPerSecondMax: number;
};

/** 0 is no limit. */
export type StayLimits = { readonly sessionMaxMs: number; readonly idleMaxMs: number };

export type SecuritySettings = {
  /** The key, and how long what is given out for it may wait to be used; anybody may call when absent. */
  readonly auth?: { readonly secret: string; readonly ticketMs: number };
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** What a proxy says of a client is believed. */
  readonly proxied: boolean;
  readonly limits: CallerLimits;
  readonly stay: StayLimits;
  /** Memory only when absent. */
  readonly store?: { readonly place: StorePlace; readonly ttlMs: number };
};

const inSeconds = (us: Micros): string => String(toMs(us) / 1_000);
const yesOrNo = oneOf('yes', 'no').transform((value) => value === 'yes');
const anyOrEmpty = z.string();

const store = z.string().transform((written, context): StorePlace | undefined => {
  if (written === '') return undefined;
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(written)?.[1];
  if (path !== undefined) return { kind: 'file', path };
  if (/^rediss?:\/\/./.test(written) && URL.canParse(written)) return { kind: 'redis', address: written };
  context.addIssue({ code: 'custom', message: 'must be file:<path>, redis://<host> or rediss://<host>' });
  return z.NEVER;
}) as unknown as z.ZodType<StorePlace | undefined, string>;

export const SECURITY_VARIABLES = {
  authSecret: {
    name: 'AUTH_SECRET',
    about: 'key with which a server of yours asks POST /start for sessions; when empty anybody may call',
    schema: z.string().regex(/^(?:[\x21-\x7e]{16,})?$/, 'must be 16 or more printable characters, no spaces'),
    preset: '',
    secret: true,
  },
  authTicketS: {
    name: 'AUTH_TICKET_S',
    about: 'how long a client may take to begin the session it was given, s',
    schema: whole(5, 86_400),
    preset: inSeconds(LIMITS.sessionIssuedUs),
  },
  allowInsecurePublic: {
    name: 'ALLOW_INSECURE_PUBLIC',
    about: 'listen to other machines without AUTH_SECRET or without encryption: yes or no',
    schema: yesOrNo,
    preset: 'no',
  },
  tlsCertFile: {
    name: 'TLS_CERT_FILE',
    about: 'certificate chain, PEM: the agent then speaks https and wss itself',
    schema: anyOrEmpty,
    preset: '',
  },
  tlsKeyFile: { name: 'TLS_KEY_FILE', about: 'its private key, PEM', schema: anyOrEmpty, preset: '' },
  behindProxy: {
    name: 'BEHIND_PROXY',
    about: 'a proxy in front encrypts and sets X-Forwarded-For, -Proto and -Host, which are then believed',
    schema: yesOrNo,
    preset: 'no',
  },
  sessionsMax: {
    name: 'SESSIONS_MAX',
    about: 'callers at the same time',
    schema: whole(1, LIMITS.clientsMax),
    preset: String(LIMITS.clientsMax),
  },
  sessionsPerAddressMax: {
    name: 'SESSIONS_PER_ADDRESS_MAX',
    about: 'of one address at the same time; callers of this machine are not counted',
    schema: whole(1, LIMITS.clientsMax),
    preset: '16',
  },
  sessionMaxS: {
    name: 'SESSION_MAX_S',
    about: 'longest call, s: then the agent takes its leave; 0 = no limit',
    schema: whole(0, 86_400),
    preset: '7200',
  },
  idleMaxS: {
    name: 'IDLE_MAX_S',
    about: 'silence of the caller after which it takes its leave, s; 0 = no limit',
    schema: whole(0, 86_400),
    preset: '900',
  },
  clientMessageBytesMax: {
    name: 'CLIENT_MESSAGE_BYTES_MAX',
    about: 'largest message of a client, bytes',
    schema: whole(16_384, LIMITS.clientMessageBytesMax),
    preset: String(LIMITS.clientMessageBytesMax),
  },
  clientMessagesPerSecondMax: {
    name: 'CLIENT_MESSAGES_PER_S_MAX',
    about: 'messages of a client each second, on average; four seconds of them may come at once',
    schema: whole(100, 10_000),
    preset: String(LIMITS.clientMessagesPerSecondMax),
  },
  store: {
    name: 'STORE',
    about:
      'keeps conversations for other processes: file:<path>, redis://<host>; unencrypted; memory when empty',
    schema: store,
    preset: '',
  },
  storeTtlS: {
    name: 'STORE_TTL_S',
    about: 'how long one is kept there after its process is gone, s',
    schema: whole(10, 604_800),
    preset: '600',
  },
} as const satisfies Record<string, Variable<unknown>>;

type Values = {
  [K in keyof typeof SECURITY_VARIABLES]: z.output<(typeof SECURITY_VARIABLES)[K]['schema']>;
};

export const securityOf = (values: Values): SecuritySettings => ({
  ...(values.authSecret === ''
    ? {}
    : { auth: { secret: values.authSecret, ticketMs: values.authTicketS * 1_000 } }),
  ...(values.tlsCertFile === '' ? {} : { tls: { certFile: values.tlsCertFile, keyFile: values.tlsKeyFile } }),
  proxied: values.behindProxy,
  limits: {
    sessionsMax: values.sessionsMax,
    sessionsPerAddressMax: values.sessionsPerAddressMax,
    messageBytesMax: values.clientMessageBytesMax,
    messagesPerSecondMax: values.clientMessagesPerSecondMax,
  },
  stay: { sessionMaxMs: values.sessionMaxS * 1_000, idleMaxMs: values.idleMaxS * 1_000 },
  ...(values.store === undefined ? {} : { store: { place: values.store, ttlMs: values.storeTtlS * 1_000 } }),
});

type Exposed = Partial<Values> & { readonly wsHost?: string };

/** What these settings together must not be. Those wrong by themselves are absent, told elsewhere. */
export function exposureOf(values: Exposed): Problem | undefined {
  const { tlsCertFile = '', tlsKeyFile = '' } = values;
  if ((tlsCertFile === '') !== (tlsKeyFile === '')) {
    const [missing, set] =
      tlsKeyFile === '' ? ['TLS_KEY_FILE', 'TLS_CERT_FILE'] : ['TLS_CERT_FILE', 'TLS_KEY_FILE'];
    return wrong(missing, `must be set with ${set}`, `set both or none of them`);
  }
  const { wsHost, allowInsecurePublic, behindProxy, authSecret } = values;
  if (wsHost === undefined || isLoopbackHost(wsHost) || allowInsecurePublic !== false) return undefined;
  const encrypted = behindProxy !== false || tlsCertFile !== '';
  if (authSecret !== '' && encrypted) return undefined;
  const lacks = [
    ...(authSecret === '' ? ['AUTH_SECRET'] : []),
    ...(encrypted ? [] : ['TLS_CERT_FILE and TLS_KEY_FILE (or BEHIND_PROXY=yes)']),
  ].join(' and ');
  return wrong(
    'WS_HOST',
    `names an address for other machines, and that takes ${lacks}`,
    `set ${lacks}; or WS_HOST=localhost; or, if all who can reach it may use it, ALLOW_INSECURE_PUBLIC=yes`,
  );
}

const wrong = (variable: string, expected: string, todo: string): Problem => ({
  variable,
  kind: 'wrong',
  expected,
  todo,
});

const isLoopbackHost = (host: string): boolean =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(host.trim());

/** The password in an address, as it stands there and as it is meant; nothing where there is none. */
export function passwordsIn(address: string): readonly string[] {
  const password = URL.canParse(address) ? new URL(address).password : '';
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // It is not percent-encoded: as it stands it is meant.
    return [password];
  }
}
