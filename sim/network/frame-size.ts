// How many bytes a WebSocket message or an HTTP head takes on the wire besides its payload, so that
// a network model that counts bytes counts the right ones (RFC 6455 section 5.2).

const MASK_BYTES = 4;

/** Payload plus frame header; clients mask what they send. */
export function webSocketBytes(data: string | Uint8Array, masked: boolean): number {
  const payload = typeof data === 'string' ? utf8Length(data) : data.length;
  const length = payload < 126 ? 0 : payload < 65_536 ? 2 : 8;
  return payload + 2 + length + (masked ? MASK_BYTES : 0);
}

/** A typical request or response head; only its order of magnitude matters. */
export const HTTP_HEAD_BYTES = 400;

/** Exact for ASCII, which JSON, base64 and English speech are; an upper bound otherwise. */
function utf8Length(text: string): number {
  return text.length;
}
