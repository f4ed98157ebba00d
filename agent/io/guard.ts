// What stands between the world and the agent, made of its settings: the key and the tickets, the
// certificate, the store of conversations. What cannot be had is a problem that says which file or host, and
// never what is in it.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { LIMITS } from '../core/limit.ts';
import type { CallerLimits, SecuritySettings } from '../setting/security-table.ts';
import type { StartProblem } from './env.ts';
import { Archive } from './store/archive.ts';
import { openStore } from './store/open.ts';
import { Tickets } from './ticket.ts';

export type Guard = {
  /** Who may begin a session; anybody when absent. */
  readonly tickets?: Tickets;
  /** Conversations of other processes, and ours for them; memory only when absent. */
  readonly archive?: Archive;
  readonly tls?: Certificate;
  /** A proxy in front says who a client is. */
  readonly proxied?: boolean;
  readonly limits: CallerLimits;
  /** Why no new session may begin now, such as a budget that is spent; asked each time. */
  turnAway?(): string | undefined;
};

export type Certificate = { readonly cert: string; readonly key: string };

/** What everybody may take when nobody says anything else. */
export const USUAL_LIMITS: CallerLimits = {
  sessionsMax: LIMITS.clientsMax,
  sessionsPerAddressMax: LIMITS.clientsMax,
  messageBytesMax: 2 * LIMITS.clientMessageBytesMax,
  messagesPerSecondMax: LIMITS.clientMessagesPerSecondMax,
};

export type Guarded =
  | { readonly ok: true; readonly guard: Guard }
  | { readonly ok: false; readonly problem: StartProblem };

/** `report`: what is wrong with the store later on, for a log. */
export async function raiseGuard(
  settings: SecuritySettings,
  report: (problem: string) => void,
): Promise<Guarded> {
  const { auth, tls, proxied, limits, store } = settings;
  const certificate = tls === undefined ? undefined : await loadCertificate(tls);
  if (certificate?.ok === false) return certificate;
  const opened = store === undefined ? undefined : await openStore(store.place);
  if (opened?.ok === false) return opened;
  return {
    ok: true,
    guard: {
      proxied,
      limits,
      ...(auth === undefined ? {} : { tickets: new Tickets({ secret: auth.secret, lifeMs: auth.ticketMs }) }),
      ...(certificate === undefined ? {} : { tls: certificate.certificate }),
      ...(opened === undefined || store === undefined
        ? {}
        : { archive: new Archive({ store: opened.store, ttlMs: store.ttlMs, report }) }),
    },
  };
}

type Files = { readonly certFile: string; readonly keyFile: string };

async function loadCertificate(
  files: Files,
): Promise<
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly problem: StartProblem }
> {
  const [cert, key] = [await readText(files.certFile), await readText(files.keyFile)];
  if (!cert.ok) return unusable('TLS_CERT_FILE', files.certFile, cert.reason);
  if (!key.ok) return unusable('TLS_KEY_FILE', files.keyFile, key.reason);
  try {
    createSecureContext({ cert: cert.text, key: key.text });
  } catch (error) {
    // OpenSSL names what it could not read, and quotes nothing of it.
    return unusable('TLS_CERT_FILE and TLS_KEY_FILE', files.certFile, codeOf(error));
  }
  return { ok: true, certificate: { cert: cert.text, key: key.text } };
}

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

async function readText(path: string): Promise<Text> {
  try {
    return { ok: true, text: await readFile(path, 'utf8') };
  } catch (error) {
    return { ok: false, reason: codeOf(error) };
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

function unusable(variable: string, path: string, reason: string) {
  const problem: StartProblem = {
    what: `the certificate cannot be used (${reason})`,
    where: `${variable}, ${resolve(path)}`,
    todo: 'name a PEM certificate chain and the private key that belongs to it, both readable for this user',
  };
  return { ok: false, problem } as const;
}
