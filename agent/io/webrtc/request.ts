// What the stock client of SmallWebRTC sends over HTTP, read: offers, and the candidates it finds later.
// Fields that nobody here uses are left alone; what is wrong with the others is said in words.
import { z } from 'zod';
import { LIMITS } from '../../core/limit.ts';
import { SDP_CHARS_MAX } from '../../transports/webrtc/sdp-offer.ts';

export type OfferRequest = {
  readonly sdp: string;
  /** What the answer to an earlier offer said; null at first. */
  readonly pc_id: string | null;
  /** The client has made a new peer connection for the same call. */
  readonly restart_pc: boolean;
};

export type CandidateRequest = {
  readonly pc_id: string;
  readonly candidates: readonly { readonly candidate: string }[];
};

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export const readOffer = (body: string): Read<OfferRequest> => read(OFFER, body);

export const readCandidates = (body: string): Read<CandidateRequest> => read(CANDIDATES, body);

const ID = z.string().max(100);

const OFFER = z.object({
  sdp: z.string().max(SDP_CHARS_MAX),
  type: z.literal('offer'),
  pc_id: ID.nullish().transform((id) => id ?? null),
  restart_pc: z
    .boolean()
    .nullish()
    .transform((restarts) => restarts === true),
});

/** The client sends what it has found within 200 ms; it is not asked to count. */
const CANDIDATES = z.object({
  pc_id: ID,
  candidates: z.array(z.object({ candidate: z.string().max(1_000) })).max(LIMITS.peerCandidatesMax),
});

function read<T>(schema: z.ZodType<T>, body: string): Read<T> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return { ok: false, reason: 'the body must be JSON' };
  }
  const result = schema.safeParse(parsed);
  if (result.success) return { ok: true, value: result.data };
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  return { ok: false, reason: `the body is not valid: ${where === '' ? '' : `${where}: `}${issue?.message}` };
}
