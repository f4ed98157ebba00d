// Redundant audio (RFC 2198): one payload that carries the present frame and, before it, copies of
// earlier ones. Arbitrary bytes never throw: what does not fit comes back as a reason.

export type RedBlock = {
  readonly payloadType: number;
  /** How many samples before the packet's own timestamp this frame began; 0 for the primary. */
  readonly offset: number;
  readonly payload: Uint8Array;
};

export type ParsedRed =
  /** Oldest first, the primary last. */
  | { readonly ok: true; readonly blocks: readonly RedBlock[] }
  | { readonly ok: false; readonly reason: string };

/** Widths of the fields: 14 bits of offset, 10 of length. */
const OFFSET_MAX = 0x3fff;
const LENGTH_MAX = 0x3ff;
const BLOCKS_MAX = 32;

export function parseRed(payload: Uint8Array): ParsedRed {
  const headers: { payloadType: number; offset: number; length: number }[] = [];
  let at = 0;
  for (;;) {
    const first = payload[at];
    if (first === undefined) return { ok: false, reason: 'headers are cut off' };
    if (first < 0x80) {
      headers.push({ payloadType: first, offset: 0, length: -1 });
      at += 1;
      break;
    }
    if (headers.length >= BLOCKS_MAX) return { ok: false, reason: `more than ${BLOCKS_MAX} blocks` };
    const [second, third, fourth] = payload.subarray(at + 1, at + 4);
    if (second === undefined || third === undefined || fourth === undefined) {
      return { ok: false, reason: 'headers are cut off' };
    }
    const offset = (second << 6) | (third >> 2);
    headers.push({ payloadType: first & 0x7f, offset, length: ((third & 0x03) << 8) | fourth });
    at += 4;
  }
  const blocks: RedBlock[] = [];
  for (const { payloadType, offset, length } of headers) {
    const end = length < 0 ? payload.length : at + length;
    if (end > payload.length) return { ok: false, reason: 'a block exceeds the packet' };
    blocks.push({ payloadType, offset, payload: payload.subarray(at, end) });
    at = end;
  }
  return { ok: true, blocks };
}

/** Copies that do not fit the fields (too old, too long) or are empty are left out. */
export function writeRed(primary: RedBlock, copies: readonly RedBlock[]): Uint8Array {
  const fitting = copies
    .filter(({ offset, payload }) => offset > 0 && offset <= OFFSET_MAX && payload.length > 0)
    .filter(({ payload }) => payload.length <= LENGTH_MAX)
    .slice(-BLOCKS_MAX);
  const bodies = fitting.reduce((sum, { payload }) => sum + payload.length, primary.payload.length);
  const bytes = new Uint8Array(4 * fitting.length + 1 + bodies);
  let at = 0;
  for (const { payloadType, offset, payload } of fitting) {
    bytes.set([0x80 | (payloadType & 0x7f), offset >> 6], at);
    bytes.set([((offset & 0x3f) << 2) | (payload.length >> 8), payload.length & 0xff], at + 2);
    at += 4;
  }
  bytes[at] = primary.payloadType & 0x7f;
  at += 1;
  for (const { payload } of [...fitting, primary]) {
    bytes.set(payload, at);
    at += payload.length;
  }
  return bytes;
}
