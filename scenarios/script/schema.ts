// What a scenario file must look like, and that its parts fit together. The first thing that is wrong is
// named by its field.
import { z } from 'zod';
import { faultSchema } from '#sim/providers/fault.ts';
import { caller } from './caller-schema.ts';
import { misfit } from './misfit.ts';
import type { Scenario } from './scenario.ts';
import { app, callRule, env, toolCalls, tools } from './tool-schema.ts';

const regularExpression = z.string().refine(isRegularExpression, 'must be a valid regular expression');

const shape = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case words joined by hyphens'),
  about: z.string().min(1),
  caller,
  brain: z.strictObject({
    facts: z.array(
      z.strictObject({
        id: z.string().regex(/^\w+$/),
        pattern: regularExpression,
        from: z.enum(['user', 'assistant', 'tool']),
      }),
    ),
    replies: z.array(
      z.strictObject({
        to: z.string().min(1).optional(),
        when: regularExpression.optional(),
        prompt: regularExpression.optional(),
        calls: z.array(callRule).optional(),
        meanwhile: z.string().optional(),
        say: z.string().min(1),
        otherwise: z.string().min(1).optional(),
      }),
    ),
    fallback: z.string().min(1),
  }),
  probes: z
    .array(
      z.strictObject({
        act: z.int().min(0),
        expects: regularExpression,
        distance: z.int().min(0),
      }),
    )
    .default([]),
  targets: z
    .array(
      z.strictObject({
        kpi: z.string().min(1),
        statistic: z.enum(['value', 'p50', 'p95', 'p99']),
        comparison: z.enum(['<', '<=', '>', '>=', '=']),
        bound: z.number(),
      }),
    )
    .default([]),
  faults: z.array(faultSchema).optional(),
  hedge: z.enum(['off', 'failover', 'hedge']).optional(),
  tools,
  toolCalls,
  app,
  env,
});

export type Checked =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly field: string; readonly reason: string };

export function checkScenario(data: unknown): Checked {
  const parsed = shape.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'the file';
    return { ok: false, field, reason: issue?.message ?? 'is not a scenario' };
  }
  const scenario = parsed.data as Scenario;
  const wrong = misfit(scenario);
  return wrong === undefined ? { ok: true, scenario } : { ok: false, ...wrong };
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, 'i');
    return true;
  } catch {
    return false;
  }
}
