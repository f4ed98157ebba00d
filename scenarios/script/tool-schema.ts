// What the tools of a scenario file, the calls that are due and the acts of the app must look like.
import { z } from 'zod';

const inputs = z.record(z.string().regex(/^\w+$/), z.union([z.string(), z.number()]));

export const callRule = z.strictObject({ tool: z.string().min(1), input: inputs });

export const tools = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"'),
      about: z.string().min(1),
      input: z.record(z.string().regex(/^\w+$/), z.enum(['text', 'number'])),
      sideEffect: z.boolean(),
      timeoutMs: z.number().gt(0, 'must be above 0').max(120_000).optional(),
      takesMs: z.union([z.number().min(0).max(600_000), z.literal('forever')]),
      returns: z.string().optional(),
      throws: z.string().min(1).optional(),
      charsMin: z.int().min(0).max(64_000_000).optional(),
    }),
  )
  .optional();

export const toolCalls = z
  .array(
    z.strictObject({
      act: z.int().min(0),
      tool: z.string().min(1),
      input: inputs,
      outcome: z.enum(['ok', 'failed', 'refused', 'cancelled']),
    }),
  )
  .optional();

export const app = z
  .array(z.strictObject({ act: z.int().min(0), kind: z.enum(['prompt', 'pin']), text: z.string().min(1) }))
  .optional();

/** Settings of the agent by environment variable: what each may be is the agent's to say. */
export const env = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional();
