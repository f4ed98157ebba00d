// An agent is for its own machine until somebody says otherwise, and then it says what that takes. Every
// refusal names a variable and what to do; none repeats a secret.
import { describe, expect, test } from 'vitest';
import { hasKeys, readSettings, secretsOf } from '../settings.ts';

const KEYS = { CARTESIA_API_KEY: 'ck', CEREBRAS_API_KEY: 'bk', ELEVENLABS_API_KEY: 'ek' };
const AUTH = { AUTH_SECRET: 'Qz7-PLANTED-key-of-some-length' };
const TLS = { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' };

const problemsOf = (env: Record<string, string>) => {
  const read = readSettings({ ...KEYS, ...env });
  return read.ok ? [] : read.problems;
};

const securityOf = (env: Record<string, string> = {}) => {
  const read = readSettings({ ...KEYS, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.settings.security;
};

describe('listening to other machines', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'agent.example.org'])(
    'on %s takes a key and encryption',
    (host) => {
      const [problem, ...more] = problemsOf({ WS_HOST: host });
      expect(more).toEqual([]);
      expect(problem).toMatchObject({
        variable: 'WS_HOST',
        kind: 'wrong',
        expected: expect.stringMatching(/takes AUTH_SECRET and TLS_CERT_FILE and TLS_KEY_FILE \(or BEHIND/),
        todo: expect.stringContaining('ALLOW_INSECURE_PUBLIC=yes'),
      });
    },
  );

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('is not what %s does', (host) => {
    expect(problemsOf({ WS_HOST: host })).toEqual([]);
  });

  test('one of the two is not enough, both are, and so is saying that it is meant', () => {
    const WS_HOST = '0.0.0.0';
    expect(problemsOf({ WS_HOST, ...AUTH })).toMatchObject([
      { todo: expect.not.stringContaining('AUTH_SECRET') },
    ]);
    expect(problemsOf({ WS_HOST, ...TLS })).toMatchObject([{ todo: expect.not.stringContaining('TLS_') }]);
    expect(problemsOf({ WS_HOST, ...AUTH, ...TLS })).toEqual([]);
    expect(problemsOf({ WS_HOST, ...AUTH, BEHIND_PROXY: 'yes' })).toEqual([]);
    expect(problemsOf({ WS_HOST, ALLOW_INSECURE_PUBLIC: 'yes' })).toEqual([]);
  });

  test('is told of together with whatever else is wrong', () => {
    const read = readSettings({ WS_HOST: '0.0.0.0', WS_PORT: 'x' });
    expect(read.ok ? [] : read.problems.map(({ variable }) => variable)).toEqual(
      expect.arrayContaining(['WS_HOST', 'WS_PORT', 'CARTESIA_API_KEY']),
    );
  });
});

describe('the settings', () => {
  test('keep an agent to its machine, its conversations in memory and everything within bounds', () => {
    expect(securityOf()).toEqual({
      proxied: false,
      limits: {
        sessionsMax: 256,
        sessionsPerAddressMax: 16,
        messageBytesMax: 1 << 20,
        messagesPerSecondMax: 500,
      },
      stay: { sessionMaxMs: 7_200_000, idleMaxMs: 900_000 },
    });
  });

  test('of certificates are two or none', () => {
    expect(securityOf(TLS).tls).toEqual({ certFile: 'cert.pem', keyFile: 'key.pem' });
    expect(problemsOf({ TLS_CERT_FILE: 'c' })).toMatchObject([{ variable: 'TLS_KEY_FILE' }]);
    expect(problemsOf({ TLS_KEY_FILE: 'k' })).toMatchObject([{ variable: 'TLS_CERT_FILE' }]);
  });

  test.each([
    ['file:calls.db', { kind: 'file', path: 'calls.db' }],
    ['file:///var/lib/parley/calls.db', { kind: 'file', path: '/var/lib/parley/calls.db' }],
    ['redis://:pass@10.0.0.1:6379/2', { kind: 'redis', address: 'redis://:pass@10.0.0.1:6379/2' }],
    ['rediss://cache.example.org', { kind: 'redis', address: 'rediss://cache.example.org' }],
  ])('name a store: %s', (STORE, place) => {
    expect(securityOf({ STORE }).store).toEqual({ place, ttlMs: 600_000 });
  });

  test.each(['file:', 'calls.db', 'http://x', 'redis://'])('refuse what is no store: %s', (STORE) => {
    expect(problemsOf({ STORE })).toMatchObject([{ variable: 'STORE', kind: 'wrong' }]);
  });

  test('repeat no secret, and all of them are known as such', () => {
    const short = problemsOf({ AUTH_SECRET: 'Qz7 PLANTED' });
    expect(short).toMatchObject([{ variable: 'AUTH_SECRET', expected: expect.stringContaining('16') }]);
    const store = problemsOf({ STORE: 'redis//:Qz7-PLANTED@host' });
    expect(JSON.stringify([short, store])).not.toContain('PLANTED');
    expect(secretsOf({ ...AUTH, STORE: 'redis://me:Qz7%2DPLANTED@host' })).toEqual([
      AUTH.AUTH_SECRET,
      'Qz7%2DPLANTED',
      'Qz7-PLANTED',
    ]);
  });

  test('without a key of any vendor are those of a demonstration, however it is guarded', () => {
    expect(hasKeys({ ...AUTH, STORE: 'file:x' })).toBe(false);
    expect(hasKeys({ CARTESIA_API_KEY: 'ck' })).toBe(true);
  });
});
