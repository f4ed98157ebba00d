// RTP packets (RFC 3550 section 5.1, header extensions of section 5.3.1): bytes to fields and back.
// Arbitrary bytes never throw: what is not RTP comes back as a reason. Sequence number and timestamp
// are as on the wire; `Unwrapper` continues them.

export type RtpPacket = {
  readonly payloadType: number;
  readonly marker: boolean;
  /** 0 … 65535. */
  readonly sequence: number;
  /** 0 … 2^32 - 1, in samples of the codec's clock. */
  readonly timestamp: number;
  readonly ssrc: number;
  /** A view into the packet, without padding. */
  readonly payload: Uint8Array;
};

export type ParsedRtp =
  | { readonly ok: true; readonly packet: RtpPacket }
  | { readonly ok: false; readonly reason: string };

const HEADER_BYTES = 12;
const VERSION = 2;

export function parseRtp(bytes: Uint8Array): ParsedRtp {
  if (bytes.length < HEADER_BYTES) return wrong('shorter than a header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint8(0);
  if (first >> 6 !== VERSION) return wrong(`version ${first >> 6}`);
  let start = HEADER_BYTES + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (start + 4 > bytes.length) return wrong('extension is cut off');
    start += 4 + 4 * view.getUint16(start + 2);
  }
  let end = bytes.length;
  if ((first & 0x20) !== 0) {
    const padding = view.getUint8(bytes.length - 1);
    if (padding === 0) return wrong('padding of no bytes');
    end -= padding;
  }
  if (start > end) return wrong('headers and padding exceed the packet');
  const second = view.getUint8(1);
  return {
    ok: true,
    packet: {
      payloadType: second & 0x7f,
      marker: second >> 7 === 1,
      sequence: view.getUint16(2),
      timestamp: view.getUint32(4),
      ssrc: view.getUint32(8),
      payload: bytes.subarray(start, end),
    },
  };
}

/** A packet without extensions and padding. Fields beyond their width wrap around. */
export function writeRtp(packet: RtpPacket): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + packet.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION << 6);
  view.setUint8(1, (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f));
  view.setUint16(2, packet.sequence);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  bytes.set(packet.payload, HEADER_BYTES);
  return bytes;
}

const wrong = (reason: string): ParsedRtp => ({ ok: false, reason });
