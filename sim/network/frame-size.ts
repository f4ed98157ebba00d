// How many bytes a WebSocket message or an HTTP head takes on the wire besides its payload, so that
// a network model that counts bytes counts the right ones (RFC 6455 section 5.2); and how header
// names look when they have been on it.
import { Buffer } from 'node:buffer';
import type { Headers } from '#agent/core/wire.ts';

const MASK_BYTES = 4;

/** Payload plus frame header; clients mask what they send. */
export function webSocketBytes(data: string | Uint8Array, masked: boolean): number {
  const payload = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
  const length = payload < 126 ? 0 : payload < 65_536 ? 2 : 8;
  return payload + 2 + length + (masked ? MASK_BYTES : 0);
}

/** A typical request or response head; only its order of magnitude matters. */
export const HTTP_HEAD_BYTES = 400;

/** Header names as they arrive, whatever the sender's spelling. */
export const lowerCaseNames = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
