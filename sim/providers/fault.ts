// What a vendor does wrong on purpose, as data that a latency profile carries. A fault names the
// vendor, the moment and how often; each emulator gives it the shape its vendor documents. A fault
// never fires by surprise: it is bound to turns, to a count, or to a keyed draw.
import { z } from 'zod';

const when = {
  vendor: z.enum(['stt', 'llm', 'tts']),
  /** Whose fault it is where a stage has two providers; the first one's when absent. */
  provider: z.enum(['primary', 'second', 'both']).optional(),
  /** Turns (the script's acts) in which it may fire; absent means all. */
  turns: z.array(z.int().nonnegative()).optional(),
  /** How often it fires at most; absent means always. */
  times: z.int().positive().optional(),
  /** Share of the opportunities at which it fires, by keyed chance; absent means all. */
  rate: z.number().min(0).max(1).optional(),
};
const stall = z.union([z.number().positive(), z.literal('forever')]).default('forever');

export const faultSchema = z.discriminatedUnion('kind', [
  /** No connection at all. */
  z.strictObject({ ...when, kind: z.literal('connect_refused') }),
  /** A refused upgrade or request; on a socket that is already open, the vendor's error message. */
  z.strictObject({ ...when, kind: z.literal('http_401') }),
  z.strictObject({ ...when, kind: z.literal('http_402') }),
  z.strictObject({ ...when, kind: z.literal('http_429'), retryAfterS: z.number().nonnegative().optional() }),
  z.strictObject({ ...when, kind: z.literal('http_5xx'), status: z.int().min(500).max(599).default(503) }),
  /** Silence before the first part of the answer, or after it. Milliseconds on top of the latency. */
  z.strictObject({ ...when, kind: z.literal('stall_before'), ms: stall }),
  z.strictObject({ ...when, kind: z.literal('stall_mid'), ms: stall }),
  /** The connection is cut after the first part of the answer (STT: instead of the answer). */
  z.strictObject({ ...when, kind: z.literal('cut') }),
  /** Bytes that do not follow the protocol, after the first part (STT: instead of the answer). */
  z.strictObject({ ...when, kind: z.literal('malformed') }),
  /** The vendor's own error message in the middle of an answer. */
  z.strictObject({ ...when, kind: z.literal('error_mid') }),
  /** The answer comes `factor` times slower. */
  z.strictObject({ ...when, kind: z.literal('trickle'), factor: z.number().min(1) }),
  /** The last message of an answer comes twice. */
  z.strictObject({ ...when, kind: z.literal('duplicate_final') }),
]);

export type Fault = z.infer<typeof faultSchema>;
/** How a fault is written down: fields with a default may be left out. */
export type FaultSpec = z.input<typeof faultSchema>;
export type FaultKind = Fault['kind'];
