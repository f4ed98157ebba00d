// Traces of delivery opportunities as text: one whole millisecond per line, never falling, the same
// millisecond again when more than one packet may leave in it. An empty trace, or one that lasts no
// time, would never deliver anything and is refused with its line.
import { RANGE, TRACE_ENTRIES_MAX } from './range.ts';

export type TraceText =
  | { readonly ok: true; readonly opportunitiesMs: readonly number[] }
  | { readonly ok: false; readonly reason: string };

/** Blank lines and lines that begin with `#` say nothing. */
export function parseTrace(text: string): TraceText {
  const opportunitiesMs: number[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^\d{1,9}$/.test(line)) {
      return { ok: false, reason: `line ${index + 1}: "${line.slice(0, 40)}" is not a whole millisecond` };
    }
    opportunitiesMs.push(Number(line));
  }
  const reason = traceFault(opportunitiesMs);
  return reason === undefined ? { ok: true, opportunitiesMs } : { ok: false, reason };
}

/** Why these milliseconds are not a trace, or undefined when they are. */
export function traceFault(opportunitiesMs: readonly number[]): string | undefined {
  if (opportunitiesMs.length === 0) return 'the trace is empty';
  if (opportunitiesMs.length > TRACE_ENTRIES_MAX) return `more than ${TRACE_ENTRIES_MAX} opportunities`;
  let last = 0;
  for (const [index, at] of opportunitiesMs.entries()) {
    if (!(at >= last)) return `opportunity ${index + 1}: ${at} ms comes before ${last} ms`;
    last = at;
  }
  if (last === 0) return 'the trace lasts 0 ms';
  if (last > RANGE.traceMs[1]) return `the trace lasts longer than ${RANGE.traceMs[1]} ms`;
  return undefined;
}
