// A call as a trace that ui.perfetto.dev and chrome://tracing open (Trace Event Format, JSON object form):
// a process per participant, a thread per lane, slices, instants, arrows from a turn to the answer heard
// of it, and a counter of the audio that was there and not yet heard. Equal calls give equal bytes.
import { type Call, type Lane, PROCESSES, type Process } from './conversation-report.ts';
import { placeSpans } from './row.ts';

/** Timestamps and durations in microseconds, as the format has them. */
export type TraceEvent = {
  readonly ph: 'M' | 'X' | 'i' | 's' | 't' | 'f' | 'C';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  /** An instant's scope: its thread. */
  readonly s?: 't';
  /** An arrow ends in the slice around it. */
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, string | number>>;
};

const NAMES: Readonly<Record<Process, string>> = {
  caller: 'caller',
  agent: 'agent',
  stt: 'stt (recogniser)',
  llm: 'llm (model)',
  tts: 'tts (voice)',
  network: 'network',
};

/** Room for the rows of a lane between one lane's threads and the next one's. */
const ROWS_MAX = 100;

/** The whole file as text. `name` says what was played. */
export function perfettoTrace(name: string, call: Call): string {
  const events = [
    ...PROCESSES.flatMap((process, index) => processEvents(process, index)),
    ...call.lanes.flatMap((lane, index) => laneEvents(lane, index)),
    ...flowEvents(call),
    ...call.ahead.map(
      ({ atUs, ms }): TraceEvent => ({
        ph: 'C',
        name: 'audio ahead of the ear [ms]',
        pid: pidOf('network'),
        tid: 0,
        ts: atUs,
        args: { ms },
      }),
    ),
  ];
  const lines = events.map((event) => JSON.stringify(event)).join(',\n');
  const other = JSON.stringify({ conversation: name, seed: call.seed });
  return `{"displayTimeUnit":"ms","otherData":${other},"traceEvents":[\n${lines}\n]}\n`;
}

const pidOf = (process: Process): number => PROCESSES.indexOf(process) + 1;
const tidOf = (laneIndex: number, row: number): number =>
  (laneIndex + 1) * ROWS_MAX + Math.min(row, ROWS_MAX - 1);

function processEvents(process: Process, index: number): readonly TraceEvent[] {
  const place = { ph: 'M', pid: pidOf(process), tid: 0 } as const;
  return [
    { ...place, name: 'process_name', args: { name: NAMES[process] } },
    { ...place, name: 'process_sort_index', args: { sort_index: index } },
  ];
}

function laneEvents(lane: Lane, index: number): readonly TraceEvent[] {
  const pid = pidOf(lane.process);
  const placed = placeSpans(lane.spans);
  const rows = [...new Set([0, ...placed.map(({ row }) => row)])].sort((one, other) => one - other);
  const threads = rows.flatMap((row): TraceEvent[] => {
    const place = { ph: 'M', pid, tid: tidOf(index, row) } as const;
    const name = row === 0 ? lane.title : `${lane.title} (${row + 1})`;
    return [
      { ...place, name: 'thread_name', args: { name } },
      { ...place, name: 'thread_sort_index', args: { sort_index: tidOf(index, row) } },
    ];
  });
  const slices = placed.map(({ span, row }): TraceEvent => {
    const { fromUs, untilUs, label, look, act, note } = span;
    const args = { look, ...(act === undefined ? {} : { act }), ...(note === undefined ? {} : { note }) };
    const place = { name: label, cat: lane.id, pid, tid: tidOf(index, row), ts: fromUs, args };
    return untilUs > fromUs ? { ph: 'X', ...place, dur: untilUs - fromUs } : { ph: 'i', ...place, s: 't' };
  });
  const instants = lane.marks.map(({ atUs, label, note }): TraceEvent => {
    const args = note === undefined ? {} : { args: { note } };
    return { ph: 'i', name: label, cat: lane.id, pid, tid: tidOf(index, 0), ts: atUs, s: 't', ...args };
  });
  return [...threads, ...slices, ...instants];
}

/** An arrow holds on to the slice around it: a point without one is left out. */
function flowEvents({ flows, lanes }: Call): readonly TraceEvent[] {
  return flows.flatMap(({ id, act, points }) => {
    const held = points.flatMap(({ lane, atUs }) => {
      const index = lanes.findIndex((candidate) => candidate.id === lane);
      const found = lanes[index];
      const slice = placeSpans(found?.spans ?? []).find(
        ({ span }) =>
          span.act === act && span.fromUs <= atUs && atUs <= span.untilUs && span.untilUs > span.fromUs,
      );
      if (found === undefined || slice === undefined) return [];
      // At the very end of a slice the next one would catch the arrow.
      const ts = Math.max(slice.span.fromUs, Math.min(atUs, slice.span.untilUs - 1));
      return [{ pid: pidOf(found.process), tid: tidOf(index, slice.row), ts }];
    });
    if (held.length < 2) return [];
    return held.map((place, index): TraceEvent => {
      const arrow = { name: `turn ${act + 1}`, cat: 'turn', id, ...place };
      if (index === 0) return { ph: 's', ...arrow };
      return index < held.length - 1 ? { ph: 't', ...arrow } : { ph: 'f', ...arrow, bp: 'e' };
    });
  });
}
