// The TCP model against a real kernel, condition by condition: the same impairment string, workload and
// congestion control, then quantiles beside quantiles. Rows that the model cannot play are named and
// left out; a table that cannot be read is refused.
import { readFileSync } from 'node:fs';
import type { Impairment } from '#sim/network/impairment.ts';
import type { CongestionName } from '#sim/network/tcp/congestion.ts';
import { parseWritten } from '#sim/network/written.ts';
import { percentile } from '../kpis/statistic.ts';
import { type Row, readTable } from './table.ts';
import {
  errorAt,
  figuresOf,
  QUANTILES,
  type Quantile,
  type Regime,
  regimeOf,
  type TcpFigures,
} from './tcp-figure.ts';
import { playStreams, WORKLOADS, type Workload } from './workload.ts';

export type TcpOptions = {
  /** Path of the table of measured conditions. */
  readonly table: string;
  /** Connections per condition, each two streams; 16 by default, at least 4. */
  readonly connections?: number;
  /** Length of each stream; 60 by default. */
  readonly seconds?: number;
  readonly seed?: number;
  /** Told after each condition: done, of how many. */
  readonly progress?: (done: number, total: number) => void;
};

export type TcpCondition = {
  readonly id: string;
  readonly impair: string;
  readonly workload: string;
  readonly congestion: string;
  readonly real: TcpFigures;
  readonly model: TcpFigures;
  readonly regimeReal: Regime;
  readonly regimeModel: Regime;
};

export type TcpError = {
  readonly figure: Quantile | 'late100';
  readonly unit: '%' | 'points';
  /** Over the conditions: median and 75th percentile, and what they may be. */
  readonly median: number;
  readonly p75: number;
  readonly medianMax: number;
  readonly p75Max: number;
  readonly holds: boolean;
};

export type TcpReport =
  | {
      readonly ok: true;
      readonly conditions: readonly TcpCondition[];
      /** Rows left out, and why. */
      readonly skipped: readonly { readonly id: string; readonly reason: string }[];
      readonly errors: readonly TcpError[];
      /** Conditions in the regime that was measured. */
      readonly regimes: { readonly right: number; readonly of: number; readonly holds: boolean };
      /** Collapsed conditions whose median is within a factor of two. */
      readonly collapsed: { readonly near: number; readonly of: number };
      readonly holds: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const COLUMN: Readonly<Record<keyof TcpFigures, string>> = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  late100: 'late100_pct',
  stalls: 'stalls100_per_min',
};
const NEEDED = ['id', 'cc', 'workload', 'impair', ...Object.values(COLUMN)];
/** Largest error allowed: median and 75th percentile over the conditions. */
const MAX: Readonly<Record<TcpError['figure'], readonly [number, number]>> = {
  p50: [2, 5],
  p90: [6, 15],
  p95: [6, 15],
  p99: [9, 27],
  late100: [0.5, 1],
};
const REGIMES_RIGHT_MIN = 0.95;

export async function validateTcp(options: TcpOptions): Promise<TcpReport> {
  const cases = readCases(options.table);
  if (!cases.ok) return cases;
  const conditions: TcpCondition[] = [];
  for (const each of cases.playable) {
    conditions.push(await playCase(each, options));
    options.progress?.(conditions.length, cases.playable.length);
  }
  const errors = errorsOf(conditions);
  const right = conditions.filter((each) => each.regimeModel === each.regimeReal).length;
  const regimes = {
    right,
    of: conditions.length,
    holds: right >= REGIMES_RIGHT_MIN * conditions.length,
  };
  const collapsed = conditions.filter(({ regimeReal }) => regimeReal === 'collapse');
  const near = collapsed.filter(({ model, real }) => Math.abs(Math.log2(model.p50 / real.p50)) <= 1).length;
  return {
    ok: true,
    conditions,
    skipped: cases.skipped,
    errors,
    regimes,
    collapsed: { near, of: collapsed.length },
    holds: regimes.holds && errors.every(({ holds }) => holds),
  };
}

type Case = {
  readonly row: Row;
  readonly real: TcpFigures;
  readonly impairment: Impairment;
  readonly workload: Workload;
  readonly congestion: CongestionName;
};

type Cases =
  | {
      readonly ok: true;
      readonly playable: readonly Case[];
      readonly skipped: { id: string; reason: string }[];
    }
  | { readonly ok: false; readonly reason: string };

function readCases(path: string): Cases {
  const text = readText(path);
  if (text === undefined) return { ok: false, reason: `${path}: the file cannot be read` };
  const table = readTable(text, NEEDED);
  if (!table.ok) return { ok: false, reason: `${path}: ${table.reason}` };
  const playable: Case[] = [];
  const skipped: { id: string; reason: string }[] = [];
  for (const [index, row] of table.rows.entries()) {
    const real = realFigures(row);
    if (typeof real === 'string') return { ok: false, reason: `${path}: row ${index + 1}: ${real}` };
    const read = caseOf(row, real);
    if (typeof read === 'string') skipped.push({ id: row['id'] ?? '', reason: read });
    else playable.push(read);
  }
  if (playable.length > 0) return { ok: true, playable, skipped };
  return { ok: false, reason: `${path}: no row can be played; the first: ${skipped[0]?.reason ?? 'none'}` };
}

/** The measured figures of a row, or which of them is no number. */
function realFigures(row: Row): TcpFigures | string {
  const figures: Record<string, number> = {};
  for (const [figure, column] of Object.entries(COLUMN)) {
    const text = row[column] ?? '';
    const value = Number(text);
    if (text === '' || !Number.isFinite(value) || value < 0)
      return `${column}: "${text}" is not a number ≥ 0`;
    figures[figure] = value;
  }
  return figures as TcpFigures;
}

/** What to play for a row, or why the model cannot. */
function caseOf(row: Row, real: TcpFigures): Case | string {
  const congestion = row['cc'];
  if (congestion !== 'cubic' && congestion !== 'reno' && congestion !== 'bbr')
    return `cc: "${congestion}" is not modelled`;
  const workload = WORKLOADS.find(({ name }) => name === row['workload']);
  if (workload === undefined) return `workload: "${row['workload']}" is not known`;
  const parsed = parseWritten(row['impair'] ?? '', () => undefined);
  if (!parsed.ok) return `impair: ${parsed.reason}`;
  return { row, real, impairment: parsed.impairment, workload, congestion };
}

async function playCase(each: Case, options: TcpOptions): Promise<TcpCondition> {
  const { row, real, impairment, workload, congestion } = each;
  const played = await playStreams({
    impairment,
    workload,
    congestion,
    connections: options.connections ?? 16,
    seconds: options.seconds ?? 60,
    seed: options.seed ?? 1,
  });
  const model = figuresOf(played.sorted, played.stalls, played.streamMinutes, impairment.up.delayMs);
  return {
    id: row['id'] ?? '',
    impair: row['impair'] ?? '',
    workload: workload.name,
    congestion,
    real,
    model,
    regimeReal: regimeOf(real),
    regimeModel: regimeOf(model),
  };
}

function errorsOf(conditions: readonly TcpCondition[]): TcpError[] {
  const quantiles = QUANTILES.map((quantile) => {
    const errors = conditions.map(({ model, real }) => errorAt(quantile, model, real));
    return summed(quantile, '%', errors);
  });
  const late = conditions.map(({ model, real }) => Math.abs(model.late100 - real.late100));
  return [...quantiles, summed('late100', 'points', late)];
}

function summed(figure: TcpError['figure'], unit: TcpError['unit'], errors: readonly number[]): TcpError {
  const [medianMax, p75Max] = MAX[figure];
  const median = percentile(errors, 0.5) ?? 0;
  const p75 = percentile(errors, 0.75) ?? 0;
  return { figure, unit, median, p75, medianMax, p75Max, holds: median <= medianMax && p75 <= p75Max };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
