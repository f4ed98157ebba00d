// A network profile as a file: both directions, where its figures come from, and how far to trust
// them. Checked when read; every complaint names the file, the field and the reason, and nothing is
// defaulted in silence.
import { z } from 'zod';
import { fadingTrace } from './fading.ts';
import type { Bottleneck, Direction } from './impairment.ts';
import { parseTrace, traceFault } from './mahimahi.ts';
import { RANGE, type Range } from './range.ts';
import type { Parsed } from './written.ts';

const within = ([min, max]: Range) => z.number().min(min).max(max);

const jitter = z.strictObject({
  distribution: z.enum(['normal', 'uniform', 'pareto', 'gamma', 'ou']),
  ms: within(RANGE.jitterMs),
  correlation: within(RANGE.share).exactOptional(),
  tauMs: within(RANGE.tauMs).exactOptional(),
});

const loss = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iid'), share: within(RANGE.share) }),
  z.strictObject({
    kind: z.literal('ge_packet'),
    toBad: within(RANGE.share),
    toGood: within(RANGE.share),
    lossBad: within(RANGE.share),
    lossGood: within(RANGE.share),
  }),
  z.strictObject({
    kind: z.literal('ge_time'),
    goodMs: within(RANGE.periodMs),
    badMs: within(RANGE.periodMs),
    lossBad: within(RANGE.share),
  }),
]);

const queueBytes = within(RANGE.queueBytes);
const bottleneck = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rate'),
    kbps: within(RANGE.kbps),
    queueBytes,
    upload: z
      .strictObject({
        kbps: within(RANGE.kbps),
        onMs: within(RANGE.periodMs),
        offMs: within(RANGE.periodMs),
      })
      .exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('trace'),
    opportunitiesMs: z.array(z.number()).superRefine((times, context) => {
      const fault = traceFault(times);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    }),
    queueBytes,
  }),
  /** A trace in a file of its own, beside this one. */
  z.strictObject({ kind: z.literal('trace_file'), file: z.string().min(1), queueBytes }),
  z.strictObject({
    kind: z.literal('fading'),
    seed: z.int().min(0),
    seconds: z.int().min(1).max(600),
    meanKbps: within(RANGE.kbps),
    spread: z.number().min(0).max(3),
    tauMs: within(RANGE.tauMs),
    queueBytes,
  }),
]);

const outage = z
  .strictObject({
    periodMs: within(RANGE.periodMs),
    random: z.boolean().exactOptional(),
    minMs: within(RANGE.episodeMs),
    maxMs: within(RANGE.episodeMs),
    mode: z.enum(['drop', 'hold']),
  })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, { path: ['maxMs'], error: 'is less than minMs' })
  .refine(({ maxMs, periodMs, random }) => random === true || maxMs < periodMs, {
    path: ['maxMs'],
    error: 'is as long as the period',
  });

const direction = z.strictObject({
  delayMs: within(RANGE.delayMs),
  jitter: jitter.exactOptional(),
  loss: loss.exactOptional(),
  bottleneck: bottleneck.exactOptional(),
  spike: z
    .strictObject({ perSecond: within(RANGE.spikesPerSecond), meanMs: within(RANGE.episodeMs) })
    .exactOptional(),
  outage: outage.exactOptional(),
  routeChange: z
    .strictObject({
      atMs: within(RANGE.routeAtMs),
      deltaMs: within(RANGE.routeDeltaMs),
      everyMs: within(RANGE.periodMs).exactOptional(),
    })
    .exactOptional(),
  reorder: z.boolean().exactOptional(),
});

const head = {
  schema: z.literal('network-profile/1'),
  name: z.string().min(1),
  description: z.string(),
  status: z.enum(['preset', 'inferred', 'measured', 'given']),
  source: z.string().min(1),
};

const schema = z.union([
  z.strictObject({ ...head, both: direction }),
  z.strictObject({ ...head, up: direction, down: direction }),
]);

/** `origin` names the text in complaints; `readBeside` reads a file from the same folder, if it is there. */
export function parseProfileFile(
  origin: string,
  text: string,
  readBeside: (file: string) => string | undefined,
): Parsed {
  const refused = (reason: string): Parsed => ({ ok: false, reason: `network "${origin}": ${reason}` });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refused(`not JSON: ${(error as Error).message}`);
  }
  const result = schemaFor(data).safeParse(data);
  if (!result.success) {
    return refused(
      result.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`).join('; '),
    );
  }
  const { name, status, source } = result.data;
  const sides = 'both' in result.data ? { up: result.data.both, down: result.data.both } : result.data;
  const up = finished(sides.up, readBeside);
  if (typeof up === 'string') return refused(`up.bottleneck.file: ${up}`);
  const down = finished(sides.down, readBeside);
  if (typeof down === 'string') return refused(`down.bottleneck.file: ${down}`);
  return { ok: true, impairment: { name, up, down, source, status } };
}

/** Of the two shapes the one that is meant: a union would only say that neither fits. */
const schemaFor = (data: unknown) =>
  schema.options[typeof data === 'object' && data !== null && 'both' in data ? 0 : 1];

type FileDirection = z.infer<typeof direction>;

/** The direction with its trace read or made; or why that cannot be. */
function finished(file: FileDirection, readBeside: (file: string) => string | undefined): Direction | string {
  const { bottleneck: narrow, ...rest } = file;
  if (narrow === undefined) return rest;
  const made = bottleneckOf(narrow, readBeside);
  return typeof made === 'string' ? made : { ...rest, bottleneck: made };
}

function bottleneckOf(
  narrow: z.infer<typeof bottleneck>,
  readBeside: (file: string) => string | undefined,
): Bottleneck | string {
  if (narrow.kind === 'rate' || narrow.kind === 'trace') return narrow;
  const { queueBytes: size } = narrow;
  if (narrow.kind === 'fading') {
    return { kind: 'trace', opportunitiesMs: fadingTrace(narrow), queueBytes: size };
  }
  const text = readBeside(narrow.file);
  if (text === undefined) return `"${narrow.file}" cannot be read`;
  const trace = parseTrace(text);
  return trace.ok
    ? { kind: 'trace', opportunitiesMs: trace.opportunitiesMs, queueBytes: size }
    : trace.reason;
}
