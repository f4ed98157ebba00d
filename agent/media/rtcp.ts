// RTCP reports (RFC 3550, section 6.4): the sender's report of a voice with its one report block, and what
// the far end says about how that voice arrived. Arbitrary bytes never throw: what is no report of the
// voice in question is undefined.

/** Counters of a sender, and its clocks at one moment. */
export type SenderClock = {
  readonly ssrc: number;
  /** Seconds of the sender's own clock, with fractions. */
  readonly ntpSeconds: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly bytes: number;
};

/** How another's voice arrived, as of now. */
export type ReportBlock = {
  readonly ssrc: number;
  /** 0 … 1, since the last report. */
  readonly lossShare: number;
  readonly lostPackets: number;
  /** Highest sequence number, with the number of its wrap-arounds above. */
  readonly highestSequence: number;
  /** In samples of the 48 kHz clock. */
  readonly jitter: number;
  /** Middle of the NTP time in the last sender's report that came, and 1/65,536 s since; 0 before any. */
  readonly lastReport: number;
  readonly sinceLastReport: number;
};

export type Rtcp = {
  /** Middle 32 bits of the NTP time, where the sender reported on itself. */
  readonly ntpMiddle: number | undefined;
  readonly blocks: readonly ReportBlock[];
};

/** RTP and RTCP share one port: which of both a packet is (RFC 5761, section 4). */
export const isRtcp = (bytes: Uint8Array): boolean => {
  const type = bytes[1] ?? 0;
  return type >= 192 && type <= 223;
};

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const BLOCK_BYTES = 24;
const SENDER_BYTES = 20;
const HEADER_BYTES = 8;
const WRAP = 2 ** 32;

/** A sender's report with up to one block, and the canonical name that every compound packet carries. */
export function writeReport(sender: SenderClock, block: ReportBlock | undefined, name: string): Uint8Array {
  const blocks = block === undefined ? 0 : 1;
  const report = HEADER_BYTES + SENDER_BYTES + blocks * BLOCK_BYTES;
  // One item of the name, its type and length before it, at least one zero behind, in whole words.
  const described = HEADER_BYTES + 4 * Math.ceil((name.length + 3) / 4);
  const bytes = new Uint8Array(report + described);
  const view = new DataView(bytes.buffer);
  header(view, 0, blocks, SENDER_REPORT, report, sender.ssrc);
  view.setUint32(8, Math.floor(sender.ntpSeconds));
  view.setUint32(12, Math.floor((sender.ntpSeconds % 1) * WRAP));
  view.setUint32(16, sender.rtpTimestamp);
  view.setUint32(20, sender.packets);
  view.setUint32(24, sender.bytes);
  if (block !== undefined) writeBlock(view, HEADER_BYTES + SENDER_BYTES, block);
  header(view, report, 1, DESCRIPTION, described, sender.ssrc);
  bytes.set([1, name.length], report + HEADER_BYTES);
  for (let at = 0; at < name.length; at += 1) bytes[report + HEADER_BYTES + 2 + at] = name.charCodeAt(at);
  return bytes;
}

/** All reports of a compound packet; what is cut off or of another kind is passed over. */
export function parseRtcp(bytes: Uint8Array): Rtcp {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: ReportBlock[] = [];
  let ntpMiddle: number | undefined;
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + 4 * (view.getUint16(at + 2) + 1);
    if (view.getUint8(at) >> 6 !== 2 || end > bytes.length) break;
    const type = view.getUint8(at + 1);
    const isSender = type === SENDER_REPORT && end - at >= HEADER_BYTES + SENDER_BYTES;
    if (isSender) ntpMiddle = view.getUint32(at + 10);
    if (isSender || type === RECEIVER_REPORT) {
      const count = view.getUint8(at) & 0x1f;
      const first = at + HEADER_BYTES + (isSender ? SENDER_BYTES : 0);
      for (let block = 0; block < count && first + (block + 1) * BLOCK_BYTES <= end; block += 1) {
        blocks.push(readBlock(view, first + block * BLOCK_BYTES));
      }
    }
    at = end;
  }
  return { ntpMiddle, blocks };
}

function header(view: DataView, at: number, count: number, type: number, bytes: number, ssrc: number): void {
  view.setUint8(at, 0x80 | count);
  view.setUint8(at + 1, type);
  view.setUint16(at + 2, bytes / 4 - 1);
  view.setUint32(at + 4, ssrc);
}

function writeBlock(view: DataView, at: number, block: ReportBlock): void {
  view.setUint32(at, block.ssrc);
  view.setUint32(at + 4, Math.min(0x7fffff, Math.max(0, block.lostPackets)));
  view.setUint8(at + 4, Math.min(255, Math.floor(256 * block.lossShare)));
  view.setUint32(at + 8, block.highestSequence);
  view.setUint32(at + 12, Math.round(block.jitter));
  view.setUint32(at + 16, block.lastReport);
  view.setUint32(at + 20, block.sinceLastReport);
}

const readBlock = (view: DataView, at: number): ReportBlock => ({
  ssrc: view.getUint32(at),
  lossShare: view.getUint8(at + 4) / 256,
  lostPackets: view.getUint32(at + 4) & 0xffffff,
  highestSequence: view.getUint32(at + 8),
  jitter: view.getUint32(at + 12),
  lastReport: view.getUint32(at + 16),
  sinceLastReport: view.getUint32(at + 20),
});
