// Which web pages may call. A browser says whose page asks (`Origin`); any page of the web could
// otherwise have the microphone of whoever visits it talk to an agent on that person's machine, at the
// owner's expense. Programs that are not browsers send no origin and are not meant by this.
import type { IncomingHttpHeaders } from 'node:http';

export type OriginVerdict =
  /** `origin` is what may be named in an answer; undefined when none asked. */
  | { readonly ok: true; readonly origin: string | undefined }
  | { readonly ok: false; readonly reason: string };

/** Pages of this very host, of localhost, and of the `allowed` origins may call. */
export function judgeOrigin(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): OriginVerdict {
  const { origin } = headers;
  if (origin === undefined) return { ok: true, origin };
  const page = URL.canParse(origin) ? new URL(origin) : undefined;
  const ours = page !== undefined && (LOCAL.has(page.hostname) || hostsOf(headers).includes(page.host));
  if (ours || allowed.has(origin)) return { ok: true, origin };
  const name = JSON.stringify(origin.slice(0, 200));
  return {
    ok: false,
    reason: `pages of ${name} may not call this agent; whoever runs it can add them to ALLOWED_ORIGINS`,
  };
}

const LOCAL: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A page cannot set either of these on its own: behind a proxy, the second is what the browser asked for. */
function hostsOf(headers: IncomingHttpHeaders): readonly string[] {
  return [headers.host, headers['x-forwarded-host']].flatMap((host) =>
    typeof host === 'string' ? [host.trim().toLowerCase()] : [],
  );
}
