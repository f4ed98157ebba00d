// The WebRTC model against a real stack, condition by condition: recorded arrivals through our receiver
// (replay), and whole calls from the impairment string alone (end to end). Reads any table with the
// columns below; what it cannot read it names, with file and row, and validates nothing by half.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Impairment } from '#sim/network/impairment.ts';
import { parseWritten } from '#sim/network/written.ts';
import { percentile } from '../kpis/statistic.ts';
import { type Arrival, readArrivals } from './arrival.ts';
import { callThrough } from './end-to-end.ts';
import { replayArrivals } from './replay.ts';
import { parseRtcOptions, type RtcFigures, type RtcOptions } from './rtc-figure.ts';
import { type Row, readTable } from './table.ts';

export type WebrtcOptions = {
  /** Path of the table of measured conditions. */
  readonly table: string;
  /** Folder of `<id>.arrivals.csv.gz`; without it, or without a file for a condition, no replay. */
  readonly arrivals?: string;
  /** Told after each condition: done, of how many. */
  readonly progress?: (done: number, total: number) => void;
};

export type WebrtcCondition = {
  readonly id: string;
  readonly impair: string;
  readonly opts: string;
  readonly real: WebrtcFigures;
  readonly replay: RtcFigures | undefined;
  readonly endToEnd: RtcFigures;
};

/** What the table states; a column that it lacks or leaves empty is undefined. */
export type WebrtcFigures = { readonly [name in keyof RtcFigures]?: number };

export type WebrtcError = {
  readonly mode: 'replay' | 'end to end';
  readonly figure: keyof RtcFigures;
  readonly unit: 'ms' | 'points';
  readonly conditions: number;
  /** Absolute differences: median, 75th and 90th percentile over the conditions. */
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  /** For the median, where the specification sets one. */
  readonly target: number | undefined;
  readonly holds: boolean | undefined;
};

export type WebrtcReport =
  | {
      readonly ok: true;
      readonly conditions: readonly WebrtcCondition[];
      readonly errors: readonly WebrtcError[];
      /** False when a target with data is missed. */
      readonly holds: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const COLUMN: Readonly<Record<keyof RtcFigures, string>> = {
  m2eP50: 'm2e_p50',
  m2eP95: 'm2e_p95',
  delayMs: 'jb_delay_ms',
  targetMs: 'jb_target_ms',
  concealedPercent: 'concealed_pct',
  silentPercent: 'silent_concealed_pct',
  eventsPerMinute: 'concealment_events_per_min',
  insertedPercent: 'inserted_pct',
  removedPercent: 'removed_pct',
};
const NEEDED = ['id', 'impair', 'opts', 'm2e_p50', 'm2e_p95', 'jb_delay_ms', 'jb_target_ms', 'concealed_pct'];

/** Figures that are judged, and by how much their median may be off. */
const JUDGED = [
  { mode: 'replay', figure: 'targetMs', unit: 'ms', target: 4 },
  { mode: 'replay', figure: 'delayMs', unit: 'ms', target: 5 },
  { mode: 'replay', figure: 'concealedPercent', unit: 'points', target: 0.3 },
  { mode: 'replay', figure: 'm2eP50', unit: 'ms', target: 8 },
  { mode: 'replay', figure: 'm2eP95', unit: 'ms', target: undefined },
  { mode: 'end to end', figure: 'targetMs', unit: 'ms', target: 20 },
  { mode: 'end to end', figure: 'delayMs', unit: 'ms', target: 15 },
  { mode: 'end to end', figure: 'concealedPercent', unit: 'points', target: 0.4 },
  { mode: 'end to end', figure: 'm2eP50', unit: 'ms', target: 20 },
  { mode: 'end to end', figure: 'm2eP95', unit: 'ms', target: 35 },
] as const;

export async function validateWebrtc(options: WebrtcOptions): Promise<WebrtcReport> {
  const cases = readCases(options);
  if (!cases.ok) return cases;
  const conditions: WebrtcCondition[] = [];
  for (const { row, rtc, impairment, arrivals } of cases.cases) {
    conditions.push({
      id: row['id'] ?? '',
      impair: row['impair'] ?? '',
      opts: row['opts'] ?? '',
      real: figuresIn(row),
      replay: arrivals === undefined ? undefined : replayArrivals(arrivals, rtc),
      endToEnd: await callThrough(impairment, rtc),
    });
    options.progress?.(conditions.length, cases.cases.length);
  }
  const errors = JUDGED.map((judged) => errorOf(conditions, judged)).filter(({ conditions: n }) => n > 0);
  return { ok: true, conditions, errors, holds: errors.every(({ holds }) => holds !== false) };
}

type Case = {
  readonly row: Row;
  readonly rtc: RtcOptions;
  readonly impairment: Impairment;
  readonly arrivals: readonly Arrival[] | undefined;
};

type Cases =
  | { readonly ok: true; readonly cases: readonly Case[] }
  | { readonly ok: false; readonly reason: string };

/** Everything is read before anything is played, so that a bad row costs no minutes. */
function readCases({ table: path, arrivals: folder }: WebrtcOptions): Cases {
  const refuse = (reason: string): Cases => ({ ok: false, reason });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return refuse(`${path}: cannot be read`);
  }
  if (folder !== undefined && !existsSync(folder)) return refuse(`${folder}: there is no such folder`);
  const table = readTable(text, NEEDED);
  if (!table.ok) return refuse(`${path}: ${table.reason}`);
  const cases: Case[] = [];
  for (const row of table.rows) {
    const where = `${path}: ${row['id']}`;
    const impaired = parseWritten(row['impair'] ?? '', () => undefined);
    if (!impaired.ok) return refuse(`${where}: impair: ${impaired.reason}`);
    const rtc = parseRtcOptions(row['opts'] ?? '');
    if (rtc === undefined)
      return refuse(`${where}: opts: "${row['opts']}" is not like red=1 nack=1 fec=0 dtx=1`);
    for (const column of NEEDED.slice(3)) {
      if (row[column] === '' || !Number.isFinite(Number(row[column]))) {
        return refuse(`${where}: ${column}: "${row[column]}" is not a number`);
      }
    }
    const file = folder === undefined ? undefined : join(folder, `${row['id']}.arrivals.csv.gz`);
    const read = file === undefined || !existsSync(file) ? undefined : readArrivals(file);
    if (read?.ok === false) return refuse(read.reason);
    cases.push({ row, rtc, impairment: impaired.impairment, arrivals: read?.arrivals });
  }
  return { ok: true, cases };
}

function figuresIn(row: Row): WebrtcFigures {
  const entries = Object.entries(COLUMN)
    .filter(([, column]) => row[column] !== undefined && row[column] !== '')
    .map(([name, column]) => [name, Number(row[column])] as const);
  return Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value)));
}

function errorOf(conditions: readonly WebrtcCondition[], judged: (typeof JUDGED)[number]): WebrtcError {
  const { mode, figure, unit, target } = judged;
  const differences: number[] = [];
  for (const { real, replay, endToEnd } of conditions) {
    const model = mode === 'replay' ? replay : endToEnd;
    const measured = real[figure];
    if (model !== undefined && measured !== undefined) differences.push(Math.abs(model[figure] - measured));
  }
  const at = (share: number) => percentile(differences, share) ?? 0;
  const p50 = at(0.5);
  const holds = target === undefined ? undefined : p50 <= target;
  return {
    mode,
    figure,
    unit,
    conditions: differences.length,
    p50,
    p75: at(0.75),
    p90: at(0.9),
    target,
    holds,
  };
}
