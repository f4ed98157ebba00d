// The bytes of the WebSocket: one protobuf `pipecat.Frame` per binary message, of which a browser needs two
// kinds, audio (field 2) and message (field 4). The server's own codec is `agent/transports/websocket`;
// this is its other end, small enough to travel with the page. Bytes that are no such frame are undefined.

export type Frame =
  | { readonly kind: 'audio'; readonly pcm: Int16Array<ArrayBuffer>; readonly rate: number }
  /** `json`: one RTVI message. */
  | { readonly kind: 'message'; readonly json: string };

export function encodeMessage(json: string): Uint8Array<ArrayBuffer> {
  return field(4, field(1, new TextEncoder().encode(json)));
}

/** `pcm`: mono. */
export function encodeAudio(pcm: Int16Array<ArrayBuffer>, rate: number): Uint8Array<ArrayBuffer> {
  const samples = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const name = field(2, new TextEncoder().encode('audio'));
  return field(2, joined(name, field(3, samples), number(4, rate), number(5, 1)));
}

export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const outer = fieldsOf(bytes)?.find(({ id }) => id === 2 || id === 4);
  if (outer?.bytes === undefined) return undefined;
  const inner = fieldsOf(outer.bytes);
  if (inner === undefined) return undefined;
  if (outer.id === 4) {
    const text = inner.find(({ id }) => id === 1)?.bytes;
    return text === undefined ? undefined : { kind: 'message', json: new TextDecoder().decode(text) };
  }
  const pcm = inner.find(({ id }) => id === 3)?.bytes;
  const rate = inner.find(({ id }) => id === 4)?.value;
  if (pcm === undefined || rate === undefined || pcm.length % 2 !== 0) return undefined;
  // A copy: samples must lie on even addresses.
  return { kind: 'audio', pcm: new Int16Array(pcm.slice().buffer), rate };
}

type Field = { readonly id: number; readonly value?: number; readonly bytes?: Uint8Array };

const VARINT = 0;
const LENGTH = 2;

function fieldsOf(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at] ?? 0x80;
      at += 1;
      if (at > bytes.length) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const [id, kind] = [Math.floor(tag / 8), tag % 8];
    const value = varint();
    if (Number.isNaN(value)) return undefined;
    if (kind === VARINT) fields.push({ id, value });
    else if (kind === LENGTH && at + value <= bytes.length) {
      fields.push({ id, bytes: bytes.subarray(at, at + value) });
      at += value;
    } else return undefined;
  }
  return fields;
}

const field = (id: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  joined(varintOf(id * 8 + LENGTH), varintOf(bytes.length), bytes);

const number = (id: number, value: number): Uint8Array<ArrayBuffer> =>
  joined(varintOf(id * 8 + VARINT), varintOf(value));

function varintOf(value: number): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
