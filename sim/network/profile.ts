// Networks by name or written out. Only a fixed delay so far; what is not understood is refused with
// the field that is wrong.
import { ms } from '#agent/core/time.ts';
import type { NetworkProfile } from './stream.ts';

/** Measured on one machine between two sockets of one process: about 0.1 ms a message. */
const LOOPBACK: NetworkProfile = { name: 'loopback', oneWayUs: 100 };

/**
 * The leg between agent and vendors. The published and required latencies of the profiles were
 * measured at the client, so their network share is already inside; the leg itself adds nothing.
 */
export const VENDOR_LEG: NetworkProfile = LOOPBACK;

export type ParsedNetwork =
  | { readonly ok: true; readonly profile: NetworkProfile }
  | { readonly ok: false; readonly reason: string };

/** `loopback`, or `delay=<number>ms` (0 … 2000). */
export function parseNetwork(text: string): ParsedNetwork {
  if (text === LOOPBACK.name) return { ok: true, profile: LOOPBACK };
  const [key, value, ...rest] = text.split('=');
  if (key !== 'delay' || value === undefined || rest.length > 0) {
    return { ok: false, reason: `"${text}" is neither "loopback" nor "delay=<number>ms"` };
  }
  const match = /^(\d+(?:\.\d+)?)ms$/.exec(value);
  if (match === null)
    return { ok: false, reason: `delay: "${value}" is not a number of milliseconds like 20ms` };
  const delayMs = Number(match[1]);
  if (delayMs > 2_000) return { ok: false, reason: `delay: ${delayMs} ms is more than 2000 ms` };
  return { ok: true, profile: { name: text, oneWayUs: ms(delayMs) } };
}
