// What one version of the code measured, as raw samples: the committed baseline, and the head that is held
// against it. Latencies are integer microseconds by turn, so that every percentile, every pair and every
// stage can be made again from the file. Versioned and checked on reading; a complaint names the field.
import { z } from 'zod';

/** Stages of an answer in the order of its path; they add up to its voice-to-voice latency exactly. */
export const GATE_STAGES = [
  'uplink',
  'endpoint',
  'stt',
  'llm',
  'clause',
  'tts',
  'downlink',
  'playout',
] as const;
export type GateStage = (typeof GATE_STAGES)[number];

const us = z.int();

/** Act, voice-to-voice latency, and the eight stages where all are known. */
const turnSchema = z
  .array(us)
  .refine((row) => row.length === 2 || row.length === 2 + GATE_STAGES.length, 'is not 2 or 10 numbers')
  .refine(
    ([, total = 0, ...stages]) =>
      stages.length === 0 || stages.reduce((sum, part) => sum + part, 0) === total,
    'has stages that do not add up to its latency',
  );

const runSchema = z.strictObject({
  seed: z.int().nonnegative(),
  hash: z.string(),
  end: z.enum(['finished', 'deadlock', 'timeout', 'crashed']),
  turns: z.array(turnSchema),
  /** Samples of the other latencies, in the order of `spans`. */
  spans: z.array(z.array(us)),
  /** Totals of the conversation, in the order of `counts`. */
  counts: z.array(z.number()),
});

const cellSchema = z.strictObject({
  scenario: z.string().min(1),
  /** Fingerprint of the scenario's script: another script is another scenario. */
  script: z.string(),
  transport: z.string(),
  network: z.string(),
  runs: z.array(runSchema).min(1),
});

const historySchema = z.strictObject({
  date: z.string(),
  reason: z.string().min(1),
  /** What it changed, in a few lines. */
  changes: z.array(z.string()),
});

export const GATE_SCHEMA = 'parley-gate/1';

const baselineSchema = z
  .strictObject({
    schema: z.literal(GATE_SCHEMA),
    providers: z.string(),
    policy: z.string(),
    /** Names of the latencies other than voice to voice, and of the counts. */
    spans: z.array(z.string()),
    counts: z.array(z.string()),
    history: z.array(historySchema),
    cells: z.array(cellSchema).min(1),
  })
  .superRefine(({ cells, spans, counts }, context) => {
    for (const [at, { runs }] of cells.entries()) {
      const odd = runs.findIndex(
        (run) => run.spans.length !== spans.length || run.counts.length !== counts.length,
      );
      if (odd < 0) continue;
      context.addIssue({
        code: 'custom',
        path: ['cells', at, 'runs', odd],
        message: 'lacks spans or counts',
      });
    }
  });

export type GateRun = Readonly<z.infer<typeof runSchema>>;
export type GateCell = Readonly<z.infer<typeof cellSchema>>;
export type Baseline = Readonly<z.infer<typeof baselineSchema>>;
/** What was measured, without its history. */
export type GateSet = Omit<Baseline, 'history' | 'schema'>;

export type ParsedBaseline =
  | { readonly ok: true; readonly baseline: Baseline }
  /** `reason` names the field. */
  | { readonly ok: false; readonly reason: string };

/** A baseline read from JSON text. */
export function parseBaseline(text: string): ParsedBaseline {
  if (text.trim() === '') return { ok: false, reason: 'the file is empty' };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${(error as Error).message}` };
  }
  const other = schemaOf(data);
  if (other !== GATE_SCHEMA)
    return { ok: false, reason: `schema: ${other ?? 'none is given'}; expected ${GATE_SCHEMA}` };
  const parsed = baselineSchema.safeParse(data);
  if (parsed.success) return { ok: true, baseline: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'is no baseline'}` };
}

/** JSON text with one conversation per line, so that a changed one shows as one changed line. */
export function writeBaseline(baseline: Baseline): string {
  const { cells, ...head } = baseline;
  const lines = cells.map(({ runs, ...cell }) => {
    const conversations = runs.map((run) => JSON.stringify(run)).join(',\n');
    return `${JSON.stringify(cell).slice(0, -1)},"runs":[\n${conversations}]}`;
  });
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "cells":[\n${lines.join(',\n')}]}\n`;
}

/** `multi-turn · webrtc · good-wifi`: what names a cell to people, and tells two apart. */
export const cellName = ({ scenario, transport, network }: Omit<GateCell, 'runs' | 'script'>): string =>
  `${scenario} · ${transport} · ${network}`;

function schemaOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('schema' in data)) return undefined;
  return typeof data.schema === 'string' ? data.schema : JSON.stringify(data.schema);
}
