// The trace export against the Trace Event Format, by a schema of its own: each phase with the fields that
// it must have, slices of a thread that never overlap, arrows that begin and end inside a slice.
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Call, Lane } from './conversation-report.ts';
import { perfettoTrace } from './perfetto.ts';

const place = { name: z.string(), pid: z.int().positive(), tid: z.int().nonnegative() };
const ts = z.number().nonnegative();
const args = z.record(z.string(), z.union([z.string(), z.number()]));
const event = z.discriminatedUnion('ph', [
  z.strictObject({
    ...place,
    ph: z.literal('M'),
    name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
    args: z.union([z.strictObject({ name: z.string() }), z.strictObject({ sort_index: z.int() })]),
  }),
  z.strictObject({ ...place, ph: z.literal('X'), cat: z.string(), ts, dur: z.number().positive(), args }),
  z.strictObject({
    ...place,
    ph: z.literal('i'),
    cat: z.string(),
    ts,
    s: z.literal('t'),
    args: args.optional(),
  }),
  z.strictObject({ ...place, ph: z.enum(['s', 't']), cat: z.string(), id: z.int(), ts }),
  z.strictObject({ ...place, ph: z.literal('f'), cat: z.string(), id: z.int(), ts, bp: z.literal('e') }),
  z.strictObject({ ...place, ph: z.literal('C'), ts, args: z.record(z.string(), z.number()) }),
]);
const trace = z.strictObject({
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: args,
  traceEvents: z.array(event),
});

type Lanes = readonly (Pick<Lane, 'id' | 'process'> & Partial<Lane>)[];
const call = (lanes: Lanes, rest: Partial<Call> = {}): Call => ({
  seed: 7,
  end: 'finished',
  detail: '',
  endUs: 10_000,
  lanes: lanes.map((lane) => ({ title: lane.id, rank: 'main', spans: [], marks: [], ...lane })),
  turns: [],
  ownCost: { stt: 0, llm: 0, tts: 0 },
  messages: [],
  flows: [],
  ahead: [],
  left: 0,
  ...rest,
});
const parse = (one: Call) => trace.parse(JSON.parse(perfettoTrace('multi-turn', one))).traceEvents;

const mouth = {
  id: 'mouth',
  process: 'caller',
  spans: [{ fromUs: 100, untilUs: 900, label: 'Hello', look: 'solid', act: 0 }],
} as const;
const ear = {
  id: 'ear',
  process: 'caller',
  spans: [{ fromUs: 2_000, untilUs: 3_000, label: 'heard', look: 'solid', act: 0 }],
} as const;

test('every participant is a process, every lane a thread with its name', () => {
  const names = parse(call([mouth, ear])).filter(({ name }) => name === 'process_name');
  expect(names.map((one) => ('args' in one ? one.args : {}))).toEqual(
    ['caller', 'agent', 'stt (recogniser)', 'llm (model)', 'tts (voice)', 'network'].map((name) => ({
      name,
    })),
  );
  const threads = parse(call([mouth, ear])).filter(({ name }) => name === 'thread_name');
  expect(new Set(threads.map(({ tid }) => tid)).size).toBe(2);
});

test('a span is a complete event in microseconds, a mark and a span without length an instant', () => {
  const lane = {
    ...mouth,
    spans: [...mouth.spans, { fromUs: 950, untilUs: 950, label: 'click', look: 'solid' }],
    marks: [{ atUs: 960, label: 'hung up', look: 'bad', note: 'act 3' }],
  } as const;
  const events = parse(call([lane]));
  expect(events.find(({ ph }) => ph === 'X')).toMatchObject({ name: 'Hello', ts: 100, dur: 800 });
  expect(events.filter(({ ph }) => ph === 'i').map(({ name }) => name)).toEqual(['click', 'hung up']);
});

test('requests that overlap have a thread each, so that no two slices of a thread cross', () => {
  const spans = [
    { fromUs: 100, untilUs: 500, label: 'first', look: 'wait', group: 'a' },
    { fromUs: 500, untilUs: 900, label: 'first', look: 'solid', group: 'a' },
    { fromUs: 300, untilUs: 700, label: 'hedge', look: 'cut', group: 'b' },
  ] as const;
  const slices = parse(call([{ id: 'llm', process: 'llm', spans }])).filter(({ ph }) => ph === 'X');
  const byThread = Map.groupBy(slices, ({ tid }) => tid);
  expect(byThread.size).toBe(2);
});

test('an arrow leads from the turn to the answer, from inside one slice into another', () => {
  const points = [
    { lane: 'mouth', atUs: 900 },
    { lane: 'nowhere', atUs: 1_000 },
    { lane: 'ear', atUs: 2_000 },
  ];
  const events = parse(call([mouth, ear], { flows: [{ id: 1, act: 0, points }] }));
  const arrows = events.filter(({ ph }) => ph === 's' || ph === 't' || ph === 'f');
  expect(arrows).toMatchObject([
    { ph: 's', id: 1, ts: 899 },
    { ph: 'f', id: 1, ts: 2_000, bp: 'e' },
  ]);
  for (const arrow of arrows) {
    const around = events.find(
      (one) =>
        one.ph === 'X' &&
        one.tid === arrow.tid &&
        'ts' in arrow &&
        one.ts <= arrow.ts &&
        arrow.ts < one.ts + one.dur,
    );
    expect(around).toBeDefined();
  }
});

test('an arrow with one end only is left out', () => {
  const flows = [{ id: 1, act: 0, points: [{ lane: 'mouth', atUs: 900 }] }];
  expect(parse(call([mouth, ear], { flows })).filter(({ ph }) => ph === 's')).toEqual([]);
});

test('audio ahead of the ear is a counter', () => {
  const ahead = [
    { atUs: 1_000, ms: 0 },
    { atUs: 2_000, ms: 37.5 },
  ];
  const counters = parse(call([mouth], { ahead })).filter(({ ph }) => ph === 'C');
  expect(counters).toMatchObject([{ args: { ms: 0 } }, { args: { ms: 37.5 } }]);
});

test('a call without anything is still a trace, and equal calls give equal bytes', () => {
  expect(parse(call([])).every(({ ph }) => ph === 'M')).toBe(true);
  expect(perfettoTrace('a', call([mouth]))).toBe(perfettoTrace('a', call([mouth])));
});
