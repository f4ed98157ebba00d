// A recorded stream as it crossed the router: `seq,rtp_ts,len,send_ms,arrive_ms`, gzipped; an empty
// last field is a lost packet. Sequence numbers and timestamps come out unwrapped. What is not such a
// table is refused with its line.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Unwrapper } from '#agent/media/unwrap.ts';

export type Arrival = {
  readonly sequence: number;
  readonly timestamp: number;
  /** Bytes with the IP header. */
  readonly bytes: number;
  readonly sendMs: number;
  /** Undefined: lost. */
  readonly arriveMs: number | undefined;
  /** Nothing but padding, sent to probe the path: the timestamp of the packet before. */
  readonly padding: boolean;
};

export type ReadArrivals =
  | { readonly ok: true; readonly arrivals: readonly Arrival[] }
  | { readonly ok: false; readonly reason: string };

const HEADER = 'seq,rtp_ts,len,send_ms,arrive_ms';

export function readArrivals(path: string): ReadArrivals {
  let text: string;
  try {
    const bytes = readFileSync(path);
    text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    return {
      ok: false,
      reason: `${path}: cannot be read (${error instanceof Error ? error.message : error})`,
    };
  }
  return parseArrivals(text, path);
}

export function parseArrivals(text: string, path: string): ReadArrivals {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== HEADER) return { ok: false, reason: `${path}: the first line is not "${HEADER}"` };
  const sequences = new Unwrapper(16);
  const timestamps = new Unwrapper(32);
  const seen = new Map<number, number>();
  const arrivals: Arrival[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index]?.trim() ?? '';
    if (line === '') continue;
    const fields = line.split(',');
    const [seq, stamp, bytes, sendMs] = fields
      .slice(0, 4)
      .map((field) => (field === '' ? Number.NaN : Number(field)));
    const last = fields[4];
    const arriveMs = last === '' ? undefined : Number(last);
    if (
      fields.length !== 5 ||
      !isCount(seq, 0xffff) ||
      !isCount(stamp, 0xffffffff) ||
      !isCount(bytes, 65_535) ||
      !isTime(sendMs) ||
      (arriveMs !== undefined && !isTime(arriveMs))
    ) {
      return { ok: false, reason: `${path}:${index + 1}: "${line}" is not ${HEADER}` };
    }
    const sequence = sequences.unwrap(seq);
    const timestamp = timestamps.unwrap(stamp);
    const owner = seen.get(timestamp);
    if (owner === undefined) seen.set(timestamp, sequence);
    const padding = owner !== undefined && owner !== sequence;
    arrivals.push({ sequence, timestamp, bytes, sendMs, arriveMs, padding });
  }
  if (arrivals.length === 0) return { ok: false, reason: `${path}: holds no packet` };
  return { ok: true, arrivals };
}

const isCount = (value: number | undefined, max: number): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= max;

const isTime = (value: number | undefined): value is number =>
  value !== undefined && Number.isFinite(value) && value >= 0 && value < 1e9;
