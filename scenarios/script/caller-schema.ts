// What the caller of a scenario file may do, act by act. Bounds are those of people and of telephones: an
// echo comes within half a second, nobody is asked the same question ten times.
import { z } from 'zod';

const milliseconds = (most: number) => z.number().min(0).max(most);
const decibels = z.number().min(-20).max(60);
const text = z.string().min(1);

const role = z.enum(['hesitation', 'correction', 'dictation']).optional();
const part = z.union([
  z.strictObject({ text, as: role }),
  z.strictObject({ pauseMs: milliseconds(10_000), as: role }),
]);
const parts = z.array(part).refine((all) => all.some((one) => 'text' in one), 'must hold at least one text');

const moment = {
  afterMs: z.number().min(-10_000).max(60_000),
  withinMs: milliseconds(10_000).optional(),
  from: z.union([z.strictObject({ word: text }), z.strictObject({ endOf: text })]).optional(),
};
/** Only an end can be foreseen. */
const comes = ({ afterMs, from }: { afterMs: number; from?: object | undefined }): boolean =>
  afterMs >= 0 || (from !== undefined && 'endOf' in from);
const tooEarly = { path: ['afterMs'], error: 'must not be negative, except from the end of a reply' };
const at = z.strictObject(moment).refine(comes, tooEarly);

const happening = z.discriminatedUnion('kind', [
  z.strictObject({ at, kind: z.literal('backchannel'), text }),
  z.strictObject({ at, kind: z.literal('cough') }),
  z.strictObject({
    at,
    kind: z.literal('side_talk'),
    voice: text,
    text,
    levelDb: z.number().min(-60).max(0),
  }),
  z.strictObject({
    at,
    kind: z.literal('noise'),
    sound: text,
    snrDb: decibels,
    forMs: milliseconds(60_000),
  }),
]);
const meanwhile = z.array(happening).max(20).optional();

const insists = z
  .strictObject({ afterMs: z.number().min(100).max(7_000), times: z.int().min(1).max(5) })
  .optional();

const act = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('say'), parts, meanwhile, insists }),
  z.strictObject({ kind: z.literal('interrupt'), parts, meanwhile, ...moment }).refine(comes, tooEarly),
  z.strictObject({ kind: z.literal('wait'), forMs: milliseconds(600_000) }),
  z.strictObject({ kind: z.literal('break_off'), parts, afterMs: milliseconds(60_000) }),
  z.strictObject({ kind: z.literal('hang_up'), at: at.optional() }),
]);

const surrounding = z.strictObject({
  sound: text,
  snrDb: decibels,
  fromAct: z.int().min(0),
  untilAct: z.int().min(0).optional(),
});

const outage = z.strictObject({
  act: z.int().min(0),
  during: z.enum(['speech', 'reply']),
  afterMs: milliseconds(60_000),
  forMs: z.number().min(100).max(120_000),
  reset: z.boolean().optional(),
});

export const caller = z.strictObject({
  voice: text,
  acts: z.array(act).min(1).max(1_000),
  surroundings: z.array(surrounding).max(50).optional(),
  outages: z.array(outage).max(20).optional(),
  line: z
    .strictObject({
      echo: z
        .strictObject({ delayMs: z.number().min(40).max(500), lossDb: z.number().min(0).max(60) })
        .optional(),
      band: z.literal('telephone').optional(),
    })
    .optional(),
});
