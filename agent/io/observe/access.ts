// Who may look at what the agent does: its figures name callers' times and the owner's costs. Without a token
// only programs and browsers of this machine, asking directly; with one, whoever has it. What a page of
// another site could ask through the browser of somebody on this machine is told nothing.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpQuestion } from '../route.ts';

export type Look =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 401 | 403; readonly reason: string };

export function mayLook({ headers, peer = '', relayed = false }: HttpQuestion, token: string): Look {
  if (token !== '') {
    if (isToken(headers.authorization, token)) return { ok: true };
    return { ok: false, status: 401, reason: 'this needs OBSERVE_TOKEN, as Bearer or as the password' };
  }
  // Behind a proxy everybody comes from this machine; a name that was made to lead here is no name of ours.
  const named = LOCAL_HOST.test(headers.host ?? '');
  if (LOCAL_PEER.test(peer) && named && !relayed) return { ok: true };
  const reason = 'this is for the machine that the agent runs on; whoever runs it can set OBSERVE_TOKEN';
  return { ok: false, status: 403, reason };
}

const LOCAL_PEER = /^(?:(?:::ffff:)?127\.\d+\.\d+\.\d+|::1)$/;
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/** As a program sends it, or as a browser does that was asked for a password. */
function isToken(authorization: string | undefined, token: string): boolean {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return isSame(value, token);
    case 'basic': {
      const pair = Buffer.from(value, 'base64').toString();
      return isSame(pair.slice(pair.indexOf(':') + 1), token);
    }
    default:
      return false;
  }
}

/** Takes as long whatever is wrong with it. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
