// Who may look at figures and dashboard.
import { describe, expect, test } from 'vitest';
import { mayLook } from './access.ts';

const look = (
  token: string,
  question: { peer?: string; relayed?: boolean; headers?: Record<string, string> },
) => {
  const { peer = '127.0.0.1', relayed = false, headers = {} } = question;
  const asked = { method: 'GET', path: '/metrics', body: '', peer, relayed };
  const found = mayLook({ ...asked, headers: { host: 'localhost:8765', ...headers } }, token);
  return found.ok ? 200 : found.status;
};

describe('without a token', () => {
  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('this machine may, from %s', (peer) => {
    expect(look('', { peer })).toBe(200);
  });

  test.each([
    ['another machine', { peer: '192.168.1.20' }],
    ['whoever a proxy on this machine brings', { relayed: true }],
    ['a page whose name was made to lead here', { headers: { host: 'evil.example:8765' } }],
    ['one without an address', { peer: 'unknown' }],
  ])('%s may not', (_, question) => {
    expect(look('', question)).toBe(403);
  });
});

describe('with a token', () => {
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

  test.each([
    ['a program', { authorization: 'Bearer open-sesame' }],
    ['a browser that asked for a password', basic('anyone:open-sesame')],
  ])('%s that has it may, from anywhere', (_, headers) => {
    expect(look('open-sesame', { peer: '203.0.113.9', headers })).toBe(200);
  });

  test.each([
    ['nothing', {}],
    ['another one', { authorization: 'Bearer open-sesam' }],
    ['the beginning', basic('anyone:open')],
    ['no base64', { authorization: 'Basic ~~~' }],
    ['another scheme', { authorization: 'Digest open-sesame' }],
  ])('%s does not do, on this machine either', (_, headers) => {
    expect(look('open-sesame', { headers })).toBe(401);
  });
});
